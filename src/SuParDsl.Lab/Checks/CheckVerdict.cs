using System.Globalization;
using SuParDsl.Lab.Sizes;

namespace SuParDsl.Lab.Checks;

/// <summary>The verdict of a whole check: that on the rule that it judges, over all of its axes.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Verdict">The worst verdict over the axes.</param>
/// <param name="Threshold">The largest slope that passes.</param>
internal sealed record CheckVerdict(Rule Rule, Verdict Verdict, double Threshold)
{
    /// <summary>The exit code of a check that could not be decided.</summary>
    public const int Undecided = 3;

    /// <summary>0 within the threshold, 1 beyond it, 3 not decided.</summary>
    public int ExitCode => Verdict switch { Verdict.Within => 0, Verdict.Beyond => 1, _ => Undecided };

    /// <summary>The verdict on the rule that a plan judges.</summary>
    public static CheckVerdict Of(CheckPlan plan, IEnumerable<CheckResult> results, double error) => new(
        plan.Judged,
        results.Where(result => result.Rule == plan.Judged).Select(result => result.Judge(plan.Threshold, error).Verdict)
            .Append(Verdict.Within).Max(),
        plan.Threshold);

    public override string ToString()
    {
        var says = Verdict switch { Verdict.Within => "passes", Verdict.Beyond => "fails", _ => "is not decided" };
        return string.Create(CultureInfo.InvariantCulture, $"{RuleNames.Of(Rule)} {says} at ±{Threshold}");
    }
}
