using SuParDsl.Lab.Data;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Training;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Bench;

/// <summary>Times training steps of a model at several widths and densities.</summary>
/// <param name="plan">What is varied.</param>
/// <param name="start">The other sizes.</param>
/// <param name="data">The training data.</param>
/// <param name="loss">The loss.</param>
/// <param name="device">The device to train on.</param>
internal sealed class BenchRunner<TModel, TSize>(BenchPlan plan, TSize start, OpenData data, Loss loss, Device device)
    where TModel : torch.nn.Module, IModel<TModel, TSize>
    where TSize : class
{
    private readonly SizeAxes<TModel, TSize> axes = new();

    /// <summary>The number of results.</summary>
    public int Count => Cells().Count();

    /// <summary>Builds a model of every size once, so that an invalid size is reported before anything is timed.</summary>
    /// <exception cref="SizeException">A model cannot be built.</exception>
    /// <exception cref="UserException">The model has no density.</exception>
    public void RequireSizes()
    {
        foreach (var (_, density, size) in Cells())
        {
            TModel.Create(axes.With(size, SizeAxis.Density, density), plan.Training.Seed).Dispose();
        }
    }

    /// <summary>Trains and measures.</summary>
    /// <param name="measured">Receives each result.</param>
    /// <param name="stop">Requests a stop.</param>
    /// <exception cref="OperationCanceledException">A stop was requested.</exception>
    public List<BenchResult> Run(Action<BenchResult> measured, CancellationToken stop)
    {
        var results = new List<BenchResult>();
        foreach (var (width, density, size) in Cells())
        {
            stop.ThrowIfCancellationRequested();
            results.Add(Measured(width, density, size));
            measured(results[^1]);
        }

        return results;
    }

    private IEnumerable<(double? Width, double Density, TSize Size)> Cells() =>
        from width in plan.Widths.Count > 0
            ? plan.Widths.Select(static width => (double?)width)
            : [axes.Value(start, SizeAxis.Width)]
        from density in plan.Densities
        select (width, density, plan.Widths.Count > 0 ? axes.With(start, SizeAxis.Width, width!.Value) : start);

    private BenchResult Measured(double? width, double density, TSize size)
    {
        using var scope = NewDisposeScope();
        var batch = data.Training(plan.Training.Batch, plan.Training.Seed, 0).To(device);
        using var stored = Model(density, plan.Training);
        using var masked = Model(density, plan.Training with { Storage = Storage.Masked });
        using var dense = Model(1, plan.Training with { Storage = Storage.Masked });
        var times = Measure.Alternating(plan.Rounds, stored.Step, masked.Step, dense.Step);
        return new(
            width, density, stored.Compressed, stored.Sparse,
            new(times[0].Median, stored.Megabytes), new(times[1].Median, masked.Megabytes), new(times[2].Median, dense.Megabytes),
            SpeedRatio.Of(times[0], times[1]), SpeedRatio.Of(times[0], times[2]));

        BenchModel Model(double at, TrainingOptions options)
        {
            var model = TModel.Create(axes.With(size, SizeAxis.Density, at), options.Seed);
            _ = model.to(device);
            return new(model, options, batch, loss);
        }
    }
}
