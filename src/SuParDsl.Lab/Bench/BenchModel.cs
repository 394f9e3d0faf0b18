using SuParDsl.Lab.Data;
using SuParDsl.Lab.Training;
using SuParDsl.Optimizers;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Bench;

/// <summary>A model that is trained repeatedly on one batch.</summary>
internal sealed class BenchModel : IDisposable
{
    private readonly IModel model;
    private readonly MuOptimizer optimizer;
    private readonly Batch batch;
    private readonly Loss loss;
    private readonly double limit;

    /// <param name="model">The model, which this disposes of.</param>
    /// <param name="options">The storage and the training options.</param>
    /// <param name="batch">The batch to train on, on the model's device.</param>
    /// <param name="loss">The loss.</param>
    public BenchModel(IModel model, TrainingOptions options, Batch batch, Loss loss)
    {
        (this.model, this.batch, this.loss) = (model, batch, loss);
        limit = options.MaxNorm;
        options.Store(model);
        model.train();
        optimizer = OptimizerChoices.For(options, model);
    }

    /// <summary>The number of compressed matrices.</summary>
    public int Compressed => model.modules().OfType<Linear>().Count(static layer => layer.Storage == Storage.Compressed);

    /// <summary>The number of sparse tensors.</summary>
    public int Sparse => model.Masks.Count;

    /// <summary>The memory of weights, moments and indices, in 10⁶ bytes.</summary>
    public double Megabytes => (model.WeightBytes + optimizer.StateBytes) / 1e6;

    /// <summary>Runs one training step to its end: reading the gradient's norm waits for the device.</summary>
    public void Step()
    {
        using var scope = NewDisposeScope();
        model.AddAuxiliaryLoss(loss.Measure(batch.Run(model), batch.Targets)).Backward();
        _ = optimizer.step(limit);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        optimizer.Dispose();
        model.Dispose();
    }
}
