using System.Reflection;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// The coordinate check (arXiv 2203.03466, appendix D.1; arXiv 2405.15743, figure 5): trains models of several sizes for a
/// few steps and measures whether mean |activation| of any layer grows or shrinks with the size.
/// </summary>
public static class CoordinateCheck
{
    /// <summary>Runs the check over sizes that differ in one thing: a width, a depth, or one or several densities together.</summary>
    /// <param name="sizes">At least two sizes.</param>
    /// <param name="batch">The inputs and targets of a step, counted from 0.</param>
    /// <param name="loss">The loss of outputs against targets, a scalar.</param>
    /// <param name="optimizer">Makes the optimizer; AdamW with a learning rate of 0.01 where null.</param>
    /// <param name="steps">The number of steps after the first forward pass.</param>
    /// <param name="seeds">The number of models per size; their values are averaged.</param>
    /// <exception cref="ArgumentException">There are fewer than two sizes, or they do not differ in a number.</exception>
    public static CoordinateReport Run<TModel, TSize>(
        IReadOnlyList<TSize> sizes, Func<int, (Tensor Inputs, Tensor Targets)> batch, Func<Tensor, Tensor, Tensor> loss,
        Func<Model, MuOptimizer>? optimizer = null, int steps = 10, int seeds = 3)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : notnull
    {
        var axis = Varying(sizes);
        optimizer ??= static model => model.AdamW(lr: 0.01);
        var points = new List<CoordinatePoint>();
        foreach (var size in sizes)
        {
            for (var seed = 1; seed <= seeds; seed++)
            {
                using var model = TModel.Create(size, seed);
                points.AddRange(Measure(model, optimizer, batch, loss, steps)
                    .Select(p => new CoordinatePoint(Convert.ToDouble(axis.GetValue(size)), seed, p.Step, p.Layer, p.Value)));
            }
        }

        return new(axis.Name, [.. points]);
    }

    private static IEnumerable<(int Step, string Layer, double Value)> Measure(
        Model model, Func<Model, MuOptimizer> makeOptimizer, Func<int, (Tensor Inputs, Tensor Targets)> batch,
        Func<Tensor, Tensor, Tensor> loss, int steps)
    {
        using var optimizer = makeOptimizer(model);
        using var probes = new Probes(model);
        for (var step = 0; step <= steps; step++)
        {
            using var scope = NewDisposeScope();
            var (inputs, targets) = batch(step);
            optimizer.zero_grad();
            loss(model.call(inputs), targets).backward();
            optimizer.step();
            foreach (var (layer, value) in probes.Values)
            {
                yield return (step, layer, value);
            }
        }
    }

    // The number that differs between the sizes: several, as the densities of two kinds of layers, move together.
    private static PropertyInfo Varying<TSize>(IReadOnlyList<TSize> sizes)
        where TSize : notnull
    {
        if (sizes.Count < 2)
        {
            throw new ArgumentException($"a coordinate check needs at least two sizes, not {sizes.Count}");
        }

        return typeof(TSize).GetProperties()
            .Where(static p => p.PropertyType == typeof(int) || p.PropertyType == typeof(double))
            .FirstOrDefault(p => sizes.Select(size => p.GetValue(size)).Distinct().Count() == sizes.Count)
            ?? throw new ArgumentException($"the {sizes.Count} sizes of a coordinate check must all differ in one number");
    }
}
