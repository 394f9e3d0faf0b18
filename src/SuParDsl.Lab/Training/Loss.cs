using System.Globalization;
using System.Runtime.InteropServices;
using SuParDsl.Lab.Errors;
using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Training;

/// <summary>A loss, which training minimizes, with its metrics.</summary>
/// <remarks>
/// Outputs and targets are never broadcast against each other. If targets have another shape than a loss or metric takes, an
/// error that names both shapes is raised before the first step.
/// </remarks>
/// <param name="Of">Maps the outputs and targets of a batch to their mean loss, a differentiable scalar.</param>
public sealed record Loss(Func<Tensor, Tensor, Tensor> Of)
{
    /// <summary>
    /// Maps outputs and targets to the fraction of targets predicted correctly, a scalar; null if accuracy is undefined.
    /// </summary>
    public Func<Tensor, Tensor, Tensor>? Accuracy { get; init; }

    /// <summary>Further numbers that are measured on the validation data.</summary>
    public IReadOnlyList<Metric> Metrics { get; init; } = [];

    /// <summary>The name of the loss in messages.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>Whether the loss is in nats, so that it is also reported in bits.</summary>
    public bool IsInNats { get; init; }

    /// <summary>
    /// The target that <see cref="Of"/> and <see cref="Accuracy"/> leave out of their means; null if every target counts. Means
    /// over micro-batches, ranks and validation batches are weighted by the number of counted targets.
    /// </summary>
    public long? IgnoreIndex { get; init; }

    /// <summary>
    /// Whether a custom loss takes floating-point targets of another shape than the outputs on purpose, because it reshapes or
    /// broadcasts them itself. If false, targets that would be broadcast are an error.
    /// </summary>
    public bool AnyShapes { get; init; }

    /// <summary>The functions of <see cref="OfTuple"/>; null if the loss takes one output.</summary>
    private TupleFunctions? Tuple { get; init; }

    /// <summary>Whether accuracy is defined.</summary>
    internal bool HasAccuracy => Accuracy is not null || Tuple?.Accuracy is not null;

    /// <summary>Cross-entropy of logits (… × classes) against classes (…), in nats. Targets of −100 do not count.</summary>
    public static Loss CrossEntropy { get; } = CrossEntropyIgnoring(Functional.IgnoreIndex);

    /// <summary>
    /// Cross-entropy and accuracy of logits (… × classes) against classes (…). Targets of −100 do not count.
    /// </summary>
    public static Loss Classification { get; } = ClassificationIgnoring(Functional.IgnoreIndex);

    /// <summary>The mean squared error of outputs against targets of the same shape and type.</summary>
    public static Loss MeanSquare { get; } = new(static (outputs, targets) =>
    {
        ShapeChecks.RequireAlike($"the loss {nameof(MeanSquare)}", outputs, targets);
        return nn.functional.mse_loss(outputs, targets);
    })
    {
        Name = nameof(MeanSquare),
        AnyShapes = true,
    };

    /// <summary><see cref="CrossEntropy"/> that ignores another target than −100, such as nanoGPT's −1.</summary>
    public static Loss CrossEntropyIgnoring(long ignoreIndex) =>
        new((logits, targets) => Functional.CrossEntropy(logits, targets, ignoreIndex))
        {
            Name = nameof(CrossEntropy),
            IsInNats = true,
            IgnoreIndex = ignoreIndex,
            AnyShapes = true,
        };

    /// <summary><see cref="Classification"/> that ignores another target than −100.</summary>
    public static Loss ClassificationIgnoring(long ignoreIndex) => CrossEntropyIgnoring(ignoreIndex) with
    {
        Name = nameof(Classification),
        Accuracy = (logits, targets) =>
        {
            ShapeChecks.RequireClasses($"the accuracy of {nameof(Classification)}", logits, targets);
            var classes = targets.reshape(-1);
            using var ignored = ignoreIndex.ToScalar();
            using var one = 1.ToScalar();
            var counted = classes.ne(ignored);
            var hits = logits.argmax(-1).reshape(-1).eq(classes).logical_and(counted);
            return hits.sum().to(ScalarType.Float32) / counted.sum().clamp(min: one);
        },
    };

    /// <summary>The loss of a model that returns a tuple, such as the vectors of two towers.</summary>
    /// <param name="of">
    /// Maps the tensors that the flow returns, in order, and the targets to their mean loss, a differentiable scalar.
    /// </param>
    /// <param name="accuracy">Maps them to the fraction of targets predicted correctly; null if it is undefined.</param>
    public static Loss OfTuple(
        Func<IReadOnlyList<Tensor>, Tensor, Tensor> of, Func<IReadOnlyList<Tensor>, Tensor, Tensor>? accuracy = null) =>
        new((output, targets) => of([output], targets)) { Tuple = new(of, accuracy) };

    /// <summary>The loss of a batch.</summary>
    /// <exception cref="UserException">
    /// Outputs and targets do not fit the loss, the loss is not a scalar, or it has no gradient.
    /// </exception>
    internal Tensor Measure(IReadOnlyList<Tensor> outputs, Tensor targets)
    {
        var loss = Tuple is { } tuple
            ? ShapeChecks.Number(InMessages, () => tuple.Of(outputs, targets), outputs, targets)
            : ShapeChecks.Number(InMessages, Of, Only(outputs), targets, AnyShapes);
        return loss.requires_grad || !outputs.Any(static output => output.requires_grad) || !is_grad_enabled()
            ? loss
            : throw new UserException(
                $"{InMessages} has no gradient: it must come from the model's outputs by differentiable operations");
    }

    /// <summary>Runs the backward pass for the loss of a batch or micro-batch.</summary>
    /// <exception cref="UserException">The types of outputs and targets do not fit the loss.</exception>
    internal void Backward(Tensor loss, IReadOnlyList<Tensor> outputs, Tensor targets)
    {
        try
        {
            loss.Backward();
        }
        catch (ExternalException e) when (ErrorBoundary.IsTypes(e))
        {
            throw ShapeChecks.Failed($"the backward pass of {InMessages}", outputs, targets, e);
        }
    }

    /// <summary>The accuracy of a batch; null if accuracy is undefined.</summary>
    /// <exception cref="UserException">Outputs and targets do not fit the metric, or it does not return a scalar.</exception>
    internal Tensor? MeasureAccuracy(IReadOnlyList<Tensor> outputs, Tensor targets)
    {
        var name = Name.Length == 0 ? "the accuracy" : $"the accuracy of {Name}";
        return Tuple?.Accuracy is { } ofTuple
            ? ShapeChecks.Number(name, () => ofTuple(outputs, targets), outputs, targets)
            : Accuracy is null ? null : ShapeChecks.Number(name, Accuracy, Only(outputs), targets, AnyShapes);
    }

    /// <summary>The number of targets that count.</summary>
    internal long Counted(Tensor targets)
    {
        using var ignored = IgnoreIndex?.ToScalar();
        return ignored is null ? targets.numel() : targets.ne(ignored).sum().ToInt64();
    }

    private Tensor Only(IReadOnlyList<Tensor> outputs) => outputs.Count == 1
        ? outputs[0]
        : throw new UserException(
            $"the model returns {outputs.Count} tensors, and {InMessages} takes one: "
            + $"write {nameof(Loss)}.{nameof(OfTuple)}((outputs, targets) => …)");

    private string InMessages => Name.Length == 0 ? "the loss" : $"the loss {Name}";

    /// <summary>The axis label of the loss in a chart.</summary>
    internal string Label(string unit) => IsInNats ? $"loss (nats per {unit})" : "loss";

    /// <summary>A measurement in words.</summary>
    internal string Describe(Evaluation evaluation, string unit)
    {
        var loss = IsInNats
            ? string.Create(CultureInfo.InvariantCulture,
                $"{evaluation.Loss:F4} nats = {evaluation.Loss / Math.Log(2):F4} bits per {unit}")
            : string.Create(CultureInfo.InvariantCulture, $"{evaluation.Loss:G5}");
        var accuracy = evaluation.Accuracy is { } share
            ? string.Create(CultureInfo.InvariantCulture, $", accuracy {share:P2}") : string.Empty;
        return loss + accuracy + string.Concat(Metrics.Where(metric => evaluation.Metrics.ContainsKey(metric.Name)).Select(
            metric => string.Create(CultureInfo.InvariantCulture, $", {metric.Name} {evaluation.Metrics[metric.Name]:G5}")));
    }

    private sealed record TupleFunctions(
        Func<IReadOnlyList<Tensor>, Tensor, Tensor> Of, Func<IReadOnlyList<Tensor>, Tensor, Tensor>? Accuracy);
}
