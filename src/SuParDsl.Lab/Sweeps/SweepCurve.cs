using SuParDsl.Lab.Sizes;

namespace SuParDsl.Lab.Sweeps;

/// <summary>The results of all seeds at one value of a swept hyperparameter.</summary>
/// <param name="Value">The value.</param>
/// <param name="Losses">The losses by seed, without the seeds that diverged.</param>
/// <param name="Diverged">The number of seeds that diverged.</param>
internal sealed record SweepValue(double Value, IReadOnlyDictionary<long, double> Losses, int Diverged)
{
    /// <summary>The mean loss; NaN if every seed diverged.</summary>
    public double Mean { get; } = Losses.Count == 0 ? double.NaN : Losses.Values.Average();

    /// <summary>The standard error of the mean; null for fewer than two seeds.</summary>
    public double? Error { get; } = Spread.Of(Losses.Values) / Math.Sqrt(Losses.Count);
}

/// <summary>The properties that a group of curves has in common. Optima are compared within a group.</summary>
/// <param name="Method">The mask method; null if the model's attributes decide.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Other">The hyperparameter that is not on the axis; null if it does not vary.</param>
internal sealed record SweepFamily(SparsityMethod? Method, Rule Rule, double? Other)
{
    /// <summary>The name of the method, if there is one, and of the rule.</summary>
    public string Name => (Method is { } method ? MethodNames.Of(method) + ", " : string.Empty) + RuleNames.Of(Rule);
}

/// <summary>The losses of one model over a hyperparameter.</summary>
/// <param name="Family">The group of curves with which the optimum is compared.</param>
/// <param name="Width">The width.</param>
/// <param name="Density">The density.</param>
/// <param name="Name">The name in legends.</param>
/// <param name="Values">The losses, ordered by the hyperparameter.</param>
internal sealed record SweepCurve(
    SweepFamily Family, double? Width, double? Density, string Name, IReadOnlyList<SweepValue> Values)
{
    /// <summary>What the curve says of its optimum.</summary>
    public OptimumEstimate Estimate { get; } = OptimumEstimate.Of(Values);

    /// <summary>The optimum of the mean losses, without values at which any seed diverged; null if none remains.</summary>
    public Optimum? Best => Of(Values.Where(static at => at.Diverged == 0).Select(static at => (at.Value, at.Mean)));

    /// <summary>The optimum of each seed.</summary>
    public IReadOnlyDictionary<long, Optimum> Seeds => Values.SelectMany(static at => at.Losses.Keys).Distinct().Order()
        .ToDictionary(
            static seed => seed,
            seed => Of(Values.Where(at => at.Losses.ContainsKey(seed)).Select(at => (at.Value, at.Losses[seed])))!);

    /// <summary>Returns the distance from another curve's optimum to this one's, in octaves; null if either has none.</summary>
    public double? DriftFrom(SweepCurve first) => first.Best is { } a && Best is { } b ? Math.Log2(b.Value / a.Value) : null;

    /// <summary>Returns the distance, in octaves, for each seed that both curves have.</summary>
    public IReadOnlyList<double> SeedDriftsFrom(SweepCurve first) =>
        [.. Seeds.Where(seed => first.Seeds.ContainsKey(seed.Key))
            .Select(seed => Math.Log2(seed.Value.Value / first.Seeds[seed.Key].Value))];

    private Optimum? Of(IEnumerable<(double Value, double Loss)> points) => Optimum.Of([.. points], Estimate.Reach);
}

/// <summary>Computes the spread of numbers.</summary>
internal static class Spread
{
    /// <summary>Returns the sample standard deviation; null for fewer than two numbers.</summary>
    public static double? Of(IEnumerable<double> numbers)
    {
        var all = numbers.ToList();
        return all.Count < 2 ? null : Math.Sqrt(all.Sum(x => Math.Pow(x - all.Average(), 2)) / (all.Count - 1));
    }
}
