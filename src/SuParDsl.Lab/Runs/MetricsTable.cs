using System.Globalization;
using System.Text;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Runs;

/// <summary>
/// A run as comma-separated values, with a row for each step. Rows of evaluated steps also have the validation loss and, if the
/// loss defines one, the accuracy. These have all their digits, because <see cref="EarlyStopping"/> compares them in a run that
/// is resumed.
/// </summary>
internal static class MetricsTable
{
    /// <summary>The beginning of the file's first line.</summary>
    public const string Header = "step,train_loss,validation_loss,learning_rate,gradient_norm,units_per_second,seconds";

    /// <summary>The beginning of the names of further columns, of numbers that are measured on the validation data.</summary>
    public const string Measured = "validation_";

    /// <summary>Returns the text of the file.</summary>
    public static string Of(TrainingHistory history)
    {
        var evaluations = history.Evaluations.ToDictionary(static e => e.Step);
        var hasAccuracy = history.Evaluations.Any(static e => e.Accuracy is not null);
        string[] metrics =
            [.. history.Evaluations.SelectMany(static e => e.Metrics.Keys).Distinct().Order(StringComparer.Ordinal)];
        var text = new StringBuilder(Header)
            .Append(hasAccuracy ? Named("accuracy") : string.Empty).AppendJoin(string.Empty, metrics.Select(Named)).Append('\n');
        if (evaluations.TryGetValue(0, out var start))
        {
            text.Append(CultureInfo.InvariantCulture, $"0,,{start.Loss:R},,,,{Accuracy(start)}{Metrics(start)}\n");
        }

        foreach (var step in history.Steps)
        {
            var e = evaluations.GetValueOrDefault(step.Step);
            text.Append(CultureInfo.InvariantCulture,
                $"{step.Step},{step.Loss:G9},{e?.Loss:R},{step.LearningRate:G9},{step.GradientNorm:G9},")
                .Append(CultureInfo.InvariantCulture, $"{step.UnitsPerSecond:F0},{step.Seconds:F3}{Accuracy(e)}{Metrics(e)}\n");
        }

        return text.ToString();

        string Accuracy(Evaluation? e) =>
            !hasAccuracy ? string.Empty : string.Create(CultureInfo.InvariantCulture, $",{e?.Accuracy:R}");

        string Metrics(Evaluation? e) => string.Concat(metrics.Select(name => e?.Metrics.TryGetValue(name, out var value) == true
            ? string.Create(CultureInfo.InvariantCulture, $",{value:R}") : ","));

        static string Named(string metric) => "," + Measured + metric;
    }
}
