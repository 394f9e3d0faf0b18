using SuParDsl.Lab.Sizes;

namespace SuParDsl.Lab.Sweeps;

/// <summary>What the seeds came to at one value of a swept hyperparameter.</summary>
/// <param name="Value">The value.</param>
/// <param name="Losses">The loss of each seed that has one.</param>
/// <param name="Diverged">The number of seeds that diverged.</param>
internal sealed record SweepValue(double Value, IReadOnlyDictionary<long, double> Losses, int Diverged)
{
    /// <summary>The mean loss; not a number where every seed diverged.</summary>
    public double Mean { get; } = Losses.Count == 0 ? double.NaN : Losses.Values.Average();

    /// <summary>The mean's standard error; null for fewer than two seeds.</summary>
    public double? Error { get; } = Spread.Of(Losses.Values) / Math.Sqrt(Losses.Count);
}

/// <summary>What the curves have in common whose optima are compared.</summary>
/// <param name="Method">How masks move; null as the model's attributes say.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Other">The hyperparameter that is not on the axis; null where it does not vary.</param>
internal sealed record SweepFamily(SparsityMethod? Method, Rule Rule, double? Other)
{
    /// <summary>The method, if one is named, and the rule.</summary>
    public string Name => (Method is { } method ? MethodNames.Of(method) + ", " : string.Empty) + RuleNames.Of(Rule);
}

/// <summary>The losses of one model over a hyperparameter.</summary>
/// <param name="Family">What it shares with the curves that its optimum is compared to.</param>
/// <param name="Width">The width.</param>
/// <param name="Density">The density.</param>
/// <param name="Name">A name in legends.</param>
/// <param name="Values">The losses by rising values.</param>
internal sealed record SweepCurve(SweepFamily Family, double? Width, double? Density, string Name, IReadOnlyList<SweepValue> Values)
{
    /// <summary>The optimum of the mean losses; a value at which any seed diverged does not count. Null where there is none.</summary>
    public Optimum? Best { get; } = Optimum.Of([.. Values.Where(static at => at.Diverged == 0).Select(static at => (at.Value, at.Mean))]);

    /// <summary>The optimum of each seed alone.</summary>
    public IReadOnlyDictionary<long, Optimum> Seeds { get; } = Values.SelectMany(static at => at.Losses.Keys).Distinct().Order().ToDictionary(
        static seed => seed,
        seed => Optimum.Of([.. Values.Where(at => at.Losses.ContainsKey(seed)).Select(at => (at.Value, at.Losses[seed]))])!);

    /// <summary>How far the optimum lies from another curve's, in octaves; null where one of them has none.</summary>
    public double? DriftFrom(SweepCurve first) => first.Best is { } a && Best is { } b ? Math.Log2(b.Value / a.Value) : null;

    /// <summary>The same for each seed that both curves have.</summary>
    public IReadOnlyList<double> SeedDriftsFrom(SweepCurve first) =>
        [.. Seeds.Where(seed => first.Seeds.ContainsKey(seed.Key)).Select(seed => Math.Log2(seed.Value.Value / first.Seeds[seed.Key].Value))];
}

/// <summary>How far numbers lie apart.</summary>
internal static class Spread
{
    /// <summary>The sample standard deviation; null for fewer than two numbers.</summary>
    public static double? Of(IEnumerable<double> numbers)
    {
        var all = numbers.ToList();
        return all.Count < 2 ? null : Math.Sqrt(all.Sum(x => Math.Pow(x - all.Average(), 2)) / (all.Count - 1));
    }
}
