using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using SuParDsl.Lab.Files;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Sweeps;

/// <summary>
/// Everything that determines a sweep's results. A folder can be continued with equal settings, and with more values on its axes.
/// </summary>
/// <param name="Version">The version of the folder's format.</param>
/// <param name="Example">The example's name.</param>
/// <param name="Size">The sizes that no axis varies.</param>
/// <param name="Training">The training options of each model, except its learning rate and seed.</param>
/// <param name="Data">The description of the data, with a fingerprint.</param>
/// <param name="Rules">The rules to compare.</param>
/// <param name="Axes">The values of each axis of the sizes.</param>
/// <param name="LearningRates">The base learning rates.</param>
/// <param name="Seeds">The number of models at each point.</param>
/// <param name="ConstantNonZeros">Whether the density falls as the width grows, for constant non-zeros per row.</param>
/// <param name="Methods">The mask methods to compare; null if the model's attributes decide.</param>
/// <param name="Refine">Whether learning rates are chosen by the results, beginning at the middle one of those given.</param>
internal sealed record SweepSettings<TSize>(
    int Version, string Example, TSize Size, TrainingOptions Training, string Data, IReadOnlyList<Rule> Rules,
    IReadOnlyDictionary<SizeAxis, double[]> Axes, IReadOnlyList<double> LearningRates, int Seeds,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool ConstantNonZeros = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<SparsityMethod>? Methods = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Refine = false)
    where TSize : class
{
    /// <summary>The version of the folder's format that this program writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The mask methods; a single null if none are given.</summary>
    [JsonIgnore]
    public IEnumerable<SparsityMethod?> AllMethods => Methods?.Cast<SparsityMethod?>() ?? [null];

    /// <summary>Serializes the settings as they are stored in the sweep's folder.</summary>
    public string ToJson() => RunJson.Text(this);

    /// <summary>
    /// Returns a copy with the values on the axes of another sweep: its grid of runs. A sweep that was refined stays one.
    /// </summary>
    public SweepSettings<TSize> WithGridOf(SweepSettings<TSize> other) => this with
    {
        Rules = other.Rules, Axes = other.Axes, LearningRates = other.LearningRates, Seeds = other.Seeds, Methods = other.Methods,
        Refine = Refine || other.Refine,
    };

    /// <summary>Returns every run of the sweep's grid in a fixed order.</summary>
    public IEnumerable<SweepPoint> Points() =>
        from seed in Enumerable.Range(1, Seeds)
        from model in Models()
        from lr in LearningRates
        select model with { LearningRate = lr, Seed = seed };

    /// <summary>Returns every model of the sweep in a fixed order, without a learning rate and a seed.</summary>
    public IEnumerable<SweepPoint> Models() =>
        from width in Of(SizeAxis.Width)
        from density in ConstantNonZeros ? [DensityAt(width!.Value)] : Of(SizeAxis.Density)
        from sigma in Of(SizeAxis.Sigma)
        from method in AllMethods
        from rule in Rules
        select new SweepPoint(rule, width, density, sigma, 0, 0, method);

    /// <summary>Returns those of some runs that are no part of this sweep.</summary>
    public IReadOnlyList<SweepPoint> Without(IReadOnlyList<SweepPoint> points)
    {
        var (models, grid) = (Models().ToHashSet(), Refine ? [] : Points().ToHashSet());
        return [.. points.Where(point => Refine ? point.Seed > Seeds || !models.Contains(point.Model()) : !grid.Contains(point))];
    }

    /// <summary>Returns the training options of a run.</summary>
    public TrainingOptions TrainingOf(SweepPoint point) => Training with
    {
        LearningRate = point.LearningRate,
        Seed = point.Seed,
        Masks = Training.Masks with { Method = point.Method ?? Training.Masks.Method },
    };

    /// <summary>Returns the density at which rows of a width have as many non-zeros as at the first width and density.</summary>
    public double DensityAt(double width) => Axes[SizeAxis.Density][0] * Axes[SizeAxis.Width][0] / width;

    /// <summary>Checks that the non-zeros per row can be constant.</summary>
    /// <exception cref="UserException">There are not several widths and one density, or a density would exceed 1.</exception>
    public void RequireConstantNonZeros()
    {
        if (!Axes.TryGetValue(SizeAxis.Width, out var widths)
            || widths.Length < 2
            || !Axes.TryGetValue(SizeAxis.Density, out var densities))
        {
            throw new UserException(
                "--constant-nonzeros lets the density fall as the width grows: it needs a model with a density, "
                + "and at least two --widths");
        }

        if (densities.Length > 1)
        {
            throw new UserException(
                $"--constant-nonzeros: --densities has {densities.Length} values, but it takes one, "
                + "the density of the first width");
        }

        if (widths.FirstOrDefault(width => DensityAt(width) > 1) is > 0 and var narrow)
        {
            throw new UserException(string.Create(
                CultureInfo.InvariantCulture,
                $"--constant-nonzeros: width {narrow} would need density {DensityAt(narrow):G4}, which is above 1: "
                + $"put the narrowest of --widths first"));
        }
    }

    private double?[] Of(SizeAxis axis) =>
        Axes.TryGetValue(axis, out var values) ? [.. values.Select(static value => (double?)value)] : [null];
}
