using System.Globalization;
using System.Text.Json.Serialization;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Sweeps;

/// <summary>One run of a sweep. Values are null for axes that keep the model's default.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Width">The width.</param>
/// <param name="Density">The density.</param>
/// <param name="Sigma">The base initial standard deviation.</param>
/// <param name="LearningRate">The base learning rate.</param>
/// <param name="Seed">The random seed of the weights, masks and batches.</param>
/// <param name="Method">The mask method; null if the model's attributes decide.</param>
internal sealed record SweepPoint(
    Rule Rule, double? Width, double? Density, double? Sigma, double LearningRate, long Seed,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SparsityMethod? Method = null)
{
    /// <summary>The name of the run's files.</summary>
    public string Id => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Method is { } method ? method + "-" : string.Empty)}{Rule}{Part("-w", Width)}{Part("-d", Density)}{Part("-s", Sigma)}"
        + $"-lr{Text(LearningRate)}-seed{Seed}");

    /// <summary>Returns a learning rate as in the name of a run.</summary>
    public static string Text(double learningRate) => learningRate.ToString("G9", CultureInfo.InvariantCulture);

    /// <summary>Returns what the runs of one model with several learning rates and seeds have in common.</summary>
    public SweepPoint Model() => this with { LearningRate = 0, Seed = 0 };

    /// <summary>Returns the sizes of the run's model.</summary>
    public TSize Size<TModel, TSize>(SizeAxes<TModel, TSize> axes, TSize size)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
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

/// <summary>The result of a sweep's run.</summary>
/// <param name="Point">The run.</param>
/// <param name="Outcome">How the run ended. A diverged run is a result like any other.</param>
/// <param name="Loss">The final validation loss; null if the run diverged.</param>
/// <param name="Steps">The number of steps.</param>
/// <param name="Seconds">The duration of the run.</param>
internal sealed record SweepRun(SweepPoint Point, Outcome Outcome, double? Loss, int Steps, double Seconds);
