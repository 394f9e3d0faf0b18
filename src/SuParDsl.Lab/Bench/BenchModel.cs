using SuParDsl.Lab.Data;
using SuParDsl.Lab.Training;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Bench;

/// <summary>A model that trains on one batch again and again.</summary>
internal sealed class BenchModel : IDisposable
{
    private readonly Model model;
    private readonly MuOptimizer optimizer;
    private readonly Batch batch;
    private readonly Loss loss;
    private readonly double limit;

    /// <param name="model">The model, which this disposes of.</param>
    /// <param name="options">How it is stored and trained.</param>
    /// <param name="batch">What it trains on, on the model's device.</param>
    /// <param name="loss">What becomes small.</param>
    public BenchModel(Model model, TrainingOptions options, Batch batch, Loss loss)
    {
        (this.model, this.batch, this.loss) = (model, batch, loss);
        limit = options.MaxNorm;
        options.Store(model);
        model.train();
        optimizer = OptimizerChoices.For(options, model);
    }

    /// <summary>How many matrices are compressed.</summary>
    public int Compressed => model.modules().OfType<Linear>().Count(static layer => layer.Storage == Storage.Compressed);

    /// <summary>How many tensors are sparse.</summary>
    public int Sparse => model.Masks.Count;

    /// <summary>The memory of weights, moments and indices, in 10⁶ bytes.</summary>
    public double Megabytes => (model.WeightBytes + optimizer.StateBytes) / 1e6;

    /// <summary>One training step, done when this returns: the gradient's norm has come back from the device.</summary>
    public void Step()
    {
        using var scope = NewDisposeScope();
        loss.Measure(model.call(batch.Inputs), batch.Targets).Backward();
        _ = optimizer.step(limit);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        optimizer.Dispose();
        model.Dispose();
    }
}
