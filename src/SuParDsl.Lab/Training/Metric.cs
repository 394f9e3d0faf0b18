using System.Globalization;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Training;

/// <summary>A number that is measured on the validation data beside the loss, such as a top-5 accuracy.</summary>
/// <param name="Name">
/// The name in output and in <c>metrics.csv</c>, of letters, digits, spaces and the characters <c>_ - . /</c>.
/// </param>
/// <param name="Of">
/// Maps the outputs and targets of a batch to a scalar, which is averaged over the batches by their numbers of counted targets.
/// </param>
public sealed record Metric(string Name, Func<Tensor, Tensor, Tensor> Of)
{
    private const string Other = " _-./";

    /// <summary>The function of <see cref="OfTuple"/>; null if the metric takes one output.</summary>
    private Func<IReadOnlyList<Tensor>, Tensor, Tensor>? Tuple { get; init; }

    /// <summary>A metric of a model that returns a tuple.</summary>
    /// <param name="name">The name.</param>
    /// <param name="of">Maps the tensors that the flow returns, in order, and the targets to a scalar.</param>
    public static Metric OfTuple(string name, Func<IReadOnlyList<Tensor>, Tensor, Tensor> of) =>
        new(name, (output, targets) => of([output], targets)) { Tuple = of };

    /// <summary>The value for a batch.</summary>
    /// <exception cref="UserException">The function fails, or does not return a scalar.</exception>
    internal double Measure(IReadOnlyList<Tensor> outputs, Tensor targets, bool anyShapes) =>
        (Tuple is { } tuple ? ShapeChecks.Number(InMessages, () => tuple(outputs, targets), outputs, targets)
            : outputs.Count == 1 ? ShapeChecks.Number(InMessages, Of, outputs[0], targets, anyShapes)
            : throw new UserException(
                $"the model returns {outputs.Count} tensors, and {InMessages} takes one: "
                + $"write {nameof(Metric)}.{nameof(OfTuple)}(name, (outputs, targets) => …)")).ToDouble();

    /// <summary>A mean that is a number.</summary>
    /// <exception cref="UserException">It is NaN or infinite.</exception>
    internal double Finite(double mean, int step) => double.IsFinite(mean)
        ? mean
        : throw new UserException(string.Create(
            CultureInfo.InvariantCulture, $"{InMessages} is {mean} at step {step}: it must be a finite number"));

    private string InMessages => $"the metric {Name}";

    /// <summary>Verifies names and functions.</summary>
    /// <exception cref="UserException">A name is not usable or used twice, or a function is missing.</exception>
    internal static void Require(IReadOnlyList<Metric> metrics)
    {
        foreach (var metric in metrics)
        {
            if (string.IsNullOrWhiteSpace(metric.Name)
                || metric.Name.Any(static c => !char.IsAsciiLetterOrDigit(c) && !Other.Contains(c, StringComparison.Ordinal)))
            {
                throw new UserException(
                    $"a metric is called '{metric.Name}': "
                    + "its name must be of letters, digits, spaces and the characters _ - . /");
            }

            if (metric.Name is "accuracy" or "loss")
            {
                throw new UserException(
                    $"a metric is called '{metric.Name}', as a number that the lab measures is: give it another name");
            }

            if (metric.Of is null)
            {
                throw new UserException($"the metric {metric.Name} has no function");
            }
        }

        if (metrics.GroupBy(static metric => metric.Name).FirstOrDefault(static group => group.Count() > 1) is { } twice)
        {
            throw new UserException($"two metrics are called '{twice.Key}': give each its own name");
        }
    }
}
