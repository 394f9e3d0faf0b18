using System.Collections.Immutable;
using static TorchSharp.torch;

namespace SuParDsl.Checks;

/// <summary>
/// The coordinate check (arXiv 2203.03466, appendix D.1; arXiv 2405.15743, figure 5): trains models of several sizes for a
/// few steps and measures whether mean |activation| of any layer, or its change since the start, grows or shrinks with the size.
/// </summary>
public static class CoordinateCheck
{
    /// <summary>
    /// Runs the check over sizes that differ in a width, a depth, or one or several densities that vary together.
    /// </summary>
    /// <param name="sizes">At least two sizes.</param>
    /// <param name="batch">The inputs and targets of a step, counted from 0. All measurements use the inputs of step 0.</param>
    /// <param name="loss">The loss of outputs against targets, a scalar.</param>
    /// <param name="optimizer">Creates the optimizer; null for AdamW with a learning rate of 0.01.</param>
    /// <param name="steps">The number of steps after the first forward pass.</param>
    /// <param name="seeds">The number of models per size; their values are averaged.</param>
    /// <exception cref="ArgumentException">There are fewer than two sizes, or no number differs in all of them.</exception>
    public static CoordinateReport Run<TModel, TSize>(
        IReadOnlyList<TSize> sizes, Func<int, (Tensor Inputs, Tensor Targets)> batch, Func<Tensor, Tensor, Tensor> loss,
        Func<IModel, MuOptimizer>? optimizer = null, int steps = 10, int seeds = 3)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : notnull =>
        Run<TModel, TSize>(sizes, seeds, model =>
        {
            using var probe = batch(0).Inputs;
            return Measure(model, probe, batch, loss, optimizer ?? Default, steps);
        });

    /// <summary>
    /// Runs the check for models of any number of tensors, over sizes that differ in a width, a depth, or one or several
    /// densities that vary together.
    /// </summary>
    /// <param name="sizes">At least two sizes.</param>
    /// <param name="loss">
    /// Calls a model on the batch of a step, counted from 0, and returns the loss, a scalar. Measurements are made while it
    /// computes the loss of step 0, so that it must use the same batch whenever it is called for one step.
    /// </param>
    /// <param name="optimizer">Creates the optimizer; null for AdamW with a learning rate of 0.01.</param>
    /// <param name="steps">The number of steps after the first forward pass.</param>
    /// <param name="seeds">The number of models per size; their values are averaged.</param>
    /// <exception cref="ArgumentException">There are fewer than two sizes, or no number differs in all of them.</exception>
    public static CoordinateReport Run<TModel, TSize>(
        IReadOnlyList<TSize> sizes, Func<TModel, int, Tensor> loss,
        Func<IModel, MuOptimizer>? optimizer = null, int steps = 10, int seeds = 3)
        where TModel : nn.Module, IModel<TModel, TSize>
        where TSize : notnull =>
        Run<TModel, TSize>(sizes, seeds, model => Measure(
            model, () => loss(model, 0), step => loss(model, step), optimizer ?? Default, steps));

    /// <summary>Trains one model for a few steps and measures every layer before each step and after the last.</summary>
    /// <param name="model">The model, on its device.</param>
    /// <param name="probe">The inputs of every measurement.</param>
    /// <param name="batch">The inputs and targets of a step, counted from 0.</param>
    /// <param name="loss">The loss of outputs against targets, a scalar.</param>
    /// <param name="optimizer">Creates the optimizer.</param>
    /// <param name="steps">The number of steps.</param>
    public static ImmutableArray<CoordinateMeasurement> Measure(
        Model model, Tensor probe, Func<int, (Tensor Inputs, Tensor Targets)> batch, Func<Tensor, Tensor, Tensor> loss,
        Func<IModel, MuOptimizer> optimizer, int steps)
    {
        using var kept = probe.alias().DetachFromDisposeScope();
        return Measure(model, () => model.call(kept), Loss, optimizer, steps);

        Tensor Loss(int step)
        {
            var (inputs, targets) = batch(step);
            return loss(model.call(inputs), targets);
        }
    }

    /// <summary>
    /// Trains one model of any number of tensors for a few steps, and measures every layer before each step and after the last.
    /// </summary>
    /// <param name="model">The model, on its device.</param>
    /// <param name="probe">Calls the model on the inputs of every measurement.</param>
    /// <param name="loss">Calls the model on the batch of a step, counted from 0, and returns the loss, a scalar.</param>
    /// <param name="optimizer">Creates the optimizer.</param>
    /// <param name="steps">The number of steps.</param>
    public static ImmutableArray<CoordinateMeasurement> Measure(
        IModel model, Action probe, Func<int, Tensor> loss, Func<IModel, MuOptimizer> optimizer, int steps)
    {
        using var updates = optimizer(model);
        using var probes = new Probes(model, probe);
        var measurements = ImmutableArray.CreateBuilder<CoordinateMeasurement>();
        for (var step = 0; step <= steps; step++)
        {
            measurements.AddRange(
                probes.Measure().Select(p => new CoordinateMeasurement(step, p.Key, p.Value.Value, p.Value.Change)));
            if (step < steps)
            {
                using var scope = NewDisposeScope();
                updates.zero_grad();
                model.AddAuxiliaryLoss(loss(step)).Backward();
                updates.step();
            }
        }

        return measurements.ToImmutable();
    }

    private static MuOptimizer Default(IModel model) => model.AdamW(lr: 0.01);

    private static CoordinateReport Run<TModel, TSize>(
        IReadOnlyList<TSize> sizes, int seeds, Func<TModel, ImmutableArray<CoordinateMeasurement>> measure)
        where TModel : nn.Module, IModel<TModel, TSize>
        where TSize : notnull
    {
        var axis = Varying<TModel, TSize>(sizes);
        var points = new List<CoordinatePoint>();
        foreach (var size in sizes)
        {
            for (var seed = 1; seed <= seeds; seed++)
            {
                using var model = TModel.Create(size, seed);
                points.AddRange(measure(model).Select(m =>
                    new CoordinatePoint(Convert.ToDouble(axis.Get(size)), seed, m.Step, m.Layer, m.Value, m.Change)));
            }
        }

        return new(axis.Name, [.. points]);
    }

    // The number that varies across the sizes. If several vary together, as the densities of two kinds of layers, use the first.
    private static SizeInfo<TSize> Varying<TModel, TSize>(IReadOnlyList<TSize> sizes)
        where TModel : nn.Module, IModel<TModel, TSize>
        where TSize : notnull
    {
        if (sizes.Count < 2)
        {
            throw new ArgumentException($"a coordinate check needs at least two sizes, not {sizes.Count}");
        }

        return TModel.Sizes
            .Where(static info => info.Type == typeof(int) || info.Type == typeof(long) || info.Type == typeof(double))
            .FirstOrDefault(info => sizes.Select(info.Get).Distinct().Count() == sizes.Count)
            ?? throw new ArgumentException($"the {sizes.Count} sizes of a coordinate check must all differ in one number");
    }
}
