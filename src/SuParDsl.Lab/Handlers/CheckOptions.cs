using SuParDsl.Lab.Checks;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Handlers;

/// <summary>The options of <c>check</c>.</summary>
/// <param name="Study">The sizes to compare, the data and the folder.</param>
/// <param name="Training">How each model is trained; see <see cref="CheckPlan.TrainingOf"/>.</param>
/// <param name="Rules">The rules to compare.</param>
internal sealed record CheckOptions<TSize>(StudyOptions<TSize> Study, TrainingOptions Training, IReadOnlyList<Rule> Rules)
    where TSize : class
{
    /// <summary>The number of models for each size.</summary>
    public int Seeds { get; init; } = 3;

    /// <summary>The first seed.</summary>
    public int FirstSeed { get; init; } = 1;

    /// <summary>Whether more seeds are measured until the verdict is decided.</summary>
    public bool UntilDecided { get; init; }

    /// <summary>The largest slope that passes.</summary>
    public double Threshold { get; init; } = 0.15;

    /// <summary>What is varied and how each model is trained.</summary>
    public CheckPlan Plan => new(Study.Axes, Rules, Training, Seeds, Threshold, FirstSeed, UntilDecided);
}
