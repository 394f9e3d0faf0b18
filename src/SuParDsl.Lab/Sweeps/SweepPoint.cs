using System.Globalization;
using System.Text.Json.Serialization;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Sweeps;

/// <summary>One run of a sweep; null where an axis stays at the model's own value.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Width">The width.</param>
/// <param name="Density">The density.</param>
/// <param name="Sigma">The base initial standard deviation.</param>
/// <param name="LearningRate">The base learning rate.</param>
/// <param name="Seed">What weights, masks and batches are drawn from.</param>
/// <param name="Method">How masks move; null as the model's attributes say.</param>
internal sealed record SweepPoint(
    Rule Rule, double? Width, double? Density, double? Sigma, double LearningRate, long Seed,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SparsityMethod? Method = null)
{
    /// <summary>A name for files.</summary>
    public string Id => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Method is { } method ? method + "-" : string.Empty)}{Rule}{Part("-w", Width)}{Part("-d", Density)}{Part("-s", Sigma)}"
        + $"-lr{LearningRate:G9}-seed{Seed}");

    /// <summary>The sizes of its model.</summary>
    public TSize Size<TModel, TSize>(SizeAxes<TModel, TSize> axes, TSize size)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : class
    {
        foreach (var (axis, value) in new[] { (SizeAxis.Width, Width), (SizeAxis.Density, Density), (SizeAxis.Sigma, Sigma) })
        {
            size = value is { } number ? axes.With(size, axis, number) : size;
        }

        return axes.With(size, Rule);
    }

    private static string Part(string name, double? value) => value is null
        ? string.Empty
        : string.Create(CultureInfo.InvariantCulture, $"{name}{value:G9}");
}

/// <summary>What a run of a sweep came to.</summary>
/// <param name="Point">The run.</param>
/// <param name="Outcome">How it ended; a diverged run is a result like any other.</param>
/// <param name="Loss">Its validation loss at the end; null where it has none.</param>
/// <param name="Steps">The number of steps that it took.</param>
/// <param name="Seconds">How long that was.</param>
internal sealed record SweepRun(SweepPoint Point, Outcome Outcome, double? Loss, int Steps, double Seconds);
