using System.Text.Json;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Sweeps;

/// <summary>Everything that decides a sweep's results. Two sweeps share a folder only where all of it is equal.</summary>
/// <param name="Version">The form of the folder.</param>
/// <param name="Example">The example's name.</param>
/// <param name="Size">The sizes that no axis names.</param>
/// <param name="Training">How each model is trained but for its learning rate and seed.</param>
/// <param name="Data">What the data are, with a fingerprint of them.</param>
/// <param name="Rules">The rules to compare.</param>
/// <param name="Axes">The values of each axis of the sizes.</param>
/// <param name="LearningRates">The base learning rates.</param>
/// <param name="Seeds">The number of models at each point.</param>
internal sealed record SweepSettings<TSize>(
    int Version, string Example, TSize Size, TrainingOptions Training, string Data, IReadOnlyList<Rule> Rules,
    IReadOnlyDictionary<SizeAxis, double[]> Axes, IReadOnlyList<double> LearningRates, int Seeds)
    where TSize : class
{
    /// <summary>The form of folders that this version writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>As it stands in the sweep's folder.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RunJson.Options) + "\n";

    /// <summary>Every run of the sweep in a fixed order.</summary>
    public IEnumerable<SweepPoint> Points() =>
        from seed in Enumerable.Range(1, Seeds)
        from width in Of(SizeAxis.Width)
        from density in Of(SizeAxis.Density)
        from sigma in Of(SizeAxis.Sigma)
        from rule in Rules
        from lr in LearningRates
        select new SweepPoint(rule, width, density, sigma, lr, seed);

    private double?[] Of(SizeAxis axis) => Axes.TryGetValue(axis, out var values) ? [.. values.Select(static value => (double?)value)] : [null];
}
