using System.Collections.Immutable;
using SuParDsl.Checks;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Training;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Checks;

/// <summary>Trains the models of a coordinate check. A model that lies on two axes is trained once.</summary>
/// <param name="plan">What to check.</param>
/// <param name="start">The sizes that the plan does not vary.</param>
/// <param name="data">The training data.</param>
/// <param name="loss">The loss.</param>
/// <param name="device">The device to train on.</param>
internal sealed class CheckRunner<TModel, TSize>(CheckPlan plan, TSize start, OpenData data, Loss loss, Device device)
    where TModel : torch.nn.Module, IModel<TModel, TSize>
    where TSize : class
{
    private readonly SizeAxes<TModel, TSize> axes = new();
    private readonly Dictionary<(TSize Size, long Seed), ImmutableArray<CoordinateMeasurement>> done = [];

    /// <summary>The number of models to train for a number of seeds, without those that have been trained.</summary>
    public int Models(int seeds) =>
        Cells(seeds).Select(static cell => (cell.Size, cell.Seed)).Distinct().Count(cell => !done.ContainsKey(cell));

    /// <summary>Builds a model of every size once, so that an invalid size is reported before anything is trained.</summary>
    /// <exception cref="SizeException">A model cannot be built.</exception>
    public void RequireSizes()
    {
        foreach (var size in Cells(1).Select(static cell => cell.Size).Distinct())
        {
            TModel.Create(size, 0).Dispose();
        }
    }

    /// <summary>Trains and measures the models that have not been.</summary>
    /// <param name="seeds">The number of models for each size.</param>
    /// <param name="trained">Receives the size and seed of each model that is done, and the number of models done.</param>
    /// <param name="stop">Asks to stop.</param>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public List<CheckResult> Run(int seeds, Action<TSize, long, int> trained, CancellationToken stop)
    {
        var points = new Dictionary<(SizeAxis Axis, Rule Rule), List<CoordinatePoint>>();
        foreach (var (axis, rule, value, size, seed) in Cells(seeds))
        {
            stop.ThrowIfCancellationRequested();
            if (!done.TryGetValue((size, seed), out var measured))
            {
                measured = done[(size, seed)] = Measure(size, seed);
                trained(size, seed, done.Count);
            }

            points.TryAdd((axis, rule), []);
            points[(axis, rule)].AddRange(
                measured.Select(m => new CoordinatePoint(value, (int)seed, m.Step, m.Layer, m.Value, m.Change)));
        }

        var readouts = Readouts();
        return [.. points.Select(entry => new CheckResult(
            entry.Key.Axis, entry.Key.Rule, new(entry.Key.Axis.ToString().ToLowerInvariant(), [.. entry.Value]), readouts))];
    }

    private IEnumerable<(SizeAxis Axis, Rule Rule, double Value, TSize Size, long Seed)> Cells(int seeds)
    {
        var first = plan.Axes.Aggregate(start, (size, axis) => axes.With(size, axis.Key, axis.Value[0]));
        return
            from axis in plan.Varying
            from rule in plan.Rules
            from value in plan.Axes[axis].Order()
            from seed in Enumerable.Range(plan.FirstSeed, seeds)
            select (axis, rule, value, axes.With(axes.With(first, axis, value), rule), (long)seed);
    }

    private ImmutableArray<CoordinateMeasurement> Measure(TSize size, long seed)
    {
        using var scope = NewDisposeScope();
        using var model = TModel.Create(size, seed);
        _ = model.to(device);
        model.train();
        var shown = data.Validation(plan.Training.Batch, 1).First().To(device);
        return CoordinateCheck.Measure(
            model, () => shown.Run(model), Loss, checkedModel => OptimizerChoices.For(plan.Training, checkedModel),
            plan.Training.Steps);

        Tensor Loss(int step)
        {
            var batch = data.Training(plan.Training.Batch, seed, step).To(device);
            return loss.Measure(batch.Run(model), batch.Targets);
        }
    }

    private HashSet<string> Readouts()
    {
        using var model = TModel.Create(start, 0);
        var untied = model.Tensors.Where(static tensor => tensor.Role == Role.Output)
            .Select(static tensor => tensor.Name[..tensor.Name.LastIndexOf('.')]);
        var parts = Enumerable.Range(0, 4).Select(static part => $"output[{part}]");
        IEnumerable<string> layers = ["output", .. parts, .. untied, .. model.Tensors.Where(static tensor => tensor.IsTiedReadout)
            .Select(static tensor => tensor.Name[..tensor.Name.LastIndexOf('.')] + "." + nameof(Embedding.Unembed))];
        return [.. layers.Select(LayerKinds.Of)];
    }
}
