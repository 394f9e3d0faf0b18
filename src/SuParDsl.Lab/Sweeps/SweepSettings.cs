using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using SuParDsl.Lab.Files;
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
/// <param name="ConstantNonZeros">Whether the density falls as the width grows, so that every row keeps its number of non-zeros.</param>
/// <param name="Methods">How masks move; null as the model's attributes say.</param>
internal sealed record SweepSettings<TSize>(
    int Version, string Example, TSize Size, TrainingOptions Training, string Data, IReadOnlyList<Rule> Rules,
    IReadOnlyDictionary<SizeAxis, double[]> Axes, IReadOnlyList<double> LearningRates, int Seeds,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool ConstantNonZeros = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<SparsityMethod>? Methods = null)
    where TSize : class
{
    /// <summary>The form of folders that this version writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>How masks move: the methods, or the one that is none.</summary>
    [JsonIgnore]
    public IEnumerable<SparsityMethod?> AllMethods => Methods?.Cast<SparsityMethod?>() ?? [null];

    /// <summary>As it stands in the sweep's folder.</summary>
    public string ToJson() => RunJson.Text(this);

    /// <summary>Every run of the sweep in a fixed order.</summary>
    public IEnumerable<SweepPoint> Points() =>
        from seed in Enumerable.Range(1, Seeds)
        from width in Of(SizeAxis.Width)
        from density in ConstantNonZeros ? [DensityAt(width!.Value)] : Of(SizeAxis.Density)
        from sigma in Of(SizeAxis.Sigma)
        from method in AllMethods
        from rule in Rules
        from lr in LearningRates
        select new SweepPoint(rule, width, density, sigma, lr, seed, method);

    /// <summary>How a run is trained.</summary>
    public TrainingOptions TrainingOf(SweepPoint point) => Training with
    {
        LearningRate = point.LearningRate,
        Seed = point.Seed,
        Masks = Training.Masks with { Method = point.Method ?? Training.Masks.Method },
    };

    /// <summary>The density at which a row of some width has as many non-zeros as one of the first width at the first density.</summary>
    public double DensityAt(double width) => Axes[SizeAxis.Density][0] * Axes[SizeAxis.Width][0] / width;

    /// <summary>Makes sure that the density can fall with the width.</summary>
    /// <exception cref="UserException">There are not several widths and one density, or a density would be above 1.</exception>
    public void RequireConstantNonZeros()
    {
        if (!Axes.TryGetValue(SizeAxis.Width, out var widths) || widths.Length < 2 || !Axes.TryGetValue(SizeAxis.Density, out var densities))
        {
            throw new UserException(
                "--constant-nonzeros lets the density fall as the width grows: it needs a model with a density, and at least two --widths");
        }

        if (densities.Length > 1)
        {
            throw new UserException(
                $"--constant-nonzeros: --densities has {densities.Length} values, but it takes one, the density of the first width");
        }

        if (widths.FirstOrDefault(width => DensityAt(width) > 1) is > 0 and var narrow)
        {
            throw new UserException(string.Create(
                CultureInfo.InvariantCulture,
                $"--constant-nonzeros: width {narrow} would need density {DensityAt(narrow):G4}, which is above 1: "
                + $"put the narrowest of --widths first"));
        }
    }

    private double?[] Of(SizeAxis axis) => Axes.TryGetValue(axis, out var values) ? [.. values.Select(static value => (double?)value)] : [null];
}
