using SuParDsl.Lab.Text;

namespace SuParDsl.Lab.Sweeps;

/// <summary>The sentences about optima that a sweep has not found, each with what to do.</summary>
internal static class SweepVerdicts
{
    /// <summary>
    /// Returns lines about the curves whose optimum is not inside their values. Several flat ones share a line.
    /// </summary>
    /// <param name="curves">The curves.</param>
    /// <param name="axis">The symbol of the hyperparameter on their axis.</param>
    /// <param name="isRefined">Whether a search has chosen the values.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<SweepCurve> curves, string axis, bool isRefined = false)
    {
        var flat = curves.Where(static curve => curve.Estimate.Verdict == OptimumVerdict.Flat && curve.Seeds.Count > 1).ToList();
        if (flat.Count < 2)
        {
            return [.. curves.Select(curve => Of(curve, axis, isRefined)).OfType<string>()];
        }

        var seeds = 2 * flat.Max(static curve => curve.Seeds.Count);
        return
        [
            .. curves.Except(flat).Select(curve => Of(curve, axis, isRefined)).OfType<string>(),
            $"{flat.Count} of {curves.Count} curves are flat around their best {axis}, or have too few seeds to tell the losses "
                + $"there apart (the table has the ranges): use any value of a range, or add --seeds {seeds}",
        ];
    }

    /// <summary>Returns the line about a curve; null if its optimum is inside its values.</summary>
    /// <param name="curve">The curve.</param>
    /// <param name="axis">The symbol of the hyperparameter on its axis.</param>
    /// <param name="isRefined">Whether a search has chosen the values.</param>
    public static string? Of(SweepCurve curve, string axis, bool isRefined = false)
    {
        var (verdict, low, high, _) = curve.Estimate;
        var (from, to) = (Numbers.Octaves(low), Numbers.Octaves(high));
        var canRefine = axis == SweepSummary.RateName && !isRefined;
        var text = verdict switch
        {
            OptimumVerdict.Edge =>
                $"the best {axis}, {from}, is the {(low <= curve.Values[0].Value ? "smallest" : "largest")} that was swept, and "
                + "the optimum may lie beyond it: "
                + (isRefined ? "begin the search there (--lrs)" : "widen the grid")
                + (canRefine ? ", or add --refine" : string.Empty),
            OptimumVerdict.NextToDivergence =>
                $"of {axis} {from} and {to}, which are neighbors, one is best and the other diverges, so that training is barely "
                + $"stable at the optimum: sweep between the two{(canRefine ? " (--refine does)" : string.Empty)}, "
                + "or make training more stable (--warmup, --grad-clip)",
            OptimumVerdict.Flat when curve.Seeds.Count < 2 =>
                $"all losses from {axis} {from} to {to} are equal: train for more steps, or sweep other values",
            OptimumVerdict.Flat =>
                $"the seeds do not tell the losses from {axis} {from} to {to} apart: the curve is flat there, or the seeds are "
                + $"too few; use any of these values, or add --seeds {2 * curve.Seeds.Count}",
            OptimumVerdict.AllDiverged => "every run diverged: sweep smaller values",
            _ => null,
        };
        return text is null ? null : $"{curve.Family.Name}, {curve.Name}: {text}";
    }

    /// <summary>The interval of a curve's optimum as text; empty where there is none.</summary>
    public static string Interval(OptimumEstimate estimate) => estimate switch
    {
        { Verdict: OptimumVerdict.Inside, Low: > 0 } => Range(estimate),
        { Verdict: OptimumVerdict.Flat } => $"flat {Range(estimate)}",
        { Verdict: OptimumVerdict.NextToDivergence } => "next to divergence",
        { Verdict: OptimumVerdict.Edge } => "edge",
        _ => string.Empty,
    };

    private static string Range(OptimumEstimate estimate) =>
        $"{Numbers.Octaves(estimate.Low)}..{Numbers.Octaves(estimate.High)}";
}
