using System.Globalization;
using System.Runtime.InteropServices;
using SuParDsl.Lab.Commands;
using SuParDsl.Lab.Errors;
using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Training;

/// <summary>What training makes small.</summary>
/// <remarks>
/// Outputs and targets are never broadcast against each other: targets of another shape than a loss or metric takes are refused with
/// both shapes, before the first step.
/// </remarks>
/// <param name="Of">The mean over a batch of outputs against targets, one number to differentiate.</param>
public sealed record Loss(Func<Tensor, Tensor, Tensor> Of)
{
    /// <summary>The share of a batch's targets that the outputs hit, a scalar; null where there is no such thing.</summary>
    public Func<Tensor, Tensor, Tensor>? Accuracy { get; init; }

    /// <summary>What it is called in messages.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>Whether the loss is in nats, so that it can be told in bits, too.</summary>
    public bool IsInNats { get; init; }

    /// <summary>
    /// The target that <see cref="Of"/> and <see cref="Accuracy"/> leave out of their means; null where every target counts. Means over
    /// micro-batches, ranks and validation batches weigh each by the targets that count in it.
    /// </summary>
    public long? IgnoreIndex { get; init; }

    /// <summary>
    /// Whether a loss of your own takes floating-point targets of another shape than the outputs on purpose, as it reshapes or broadcasts
    /// them itself. Without it they are refused where they would be broadcast.
    /// </summary>
    public bool AnyShapes { get; init; }

    /// <summary>Cross-entropy of logits (… × classes) against classes (…), in nats. Targets of −100 do not count.</summary>
    public static Loss CrossEntropy { get; } = CrossEntropyIgnoring(Functional.IgnoreIndex);

    /// <summary>Cross-entropy with the accuracy beside it: logits (… × classes) against classes (…). Targets of −100 do not count.</summary>
    public static Loss Classification { get; } = ClassificationIgnoring(Functional.IgnoreIndex);

    /// <summary>The mean square of the difference between outputs and targets of one shape and type.</summary>
    public static Loss MeanSquare { get; } = new(static (outputs, targets) =>
    {
        ShapeChecks.RequireAlike($"the loss {nameof(MeanSquare)}", outputs, targets);
        return nn.functional.mse_loss(outputs, targets);
    })
    {
        Name = nameof(MeanSquare),
        AnyShapes = true,
    };

    /// <summary><see cref="CrossEntropy"/> that leaves out another target than −100, as nanoGPT's −1.</summary>
    public static Loss CrossEntropyIgnoring(long ignoreIndex) => new((logits, targets) => Functional.CrossEntropy(logits, targets, ignoreIndex))
    {
        Name = nameof(CrossEntropy),
        IsInNats = true,
        IgnoreIndex = ignoreIndex,
        AnyShapes = true,
    };

    /// <summary><see cref="Classification"/> that leaves out another target than −100.</summary>
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

    /// <summary>The loss of a batch.</summary>
    /// <exception cref="UserException">Outputs and targets do not fit it; or it is not one number, or none that training could change.</exception>
    internal Tensor Measure(Tensor outputs, Tensor targets)
    {
        var loss = ShapeChecks.Number(InMessages, Of, outputs, targets, AnyShapes);
        return loss.requires_grad || !outputs.requires_grad || !is_grad_enabled()
            ? loss
            : throw new UserException($"{InMessages} has no gradient: it must come from the model's outputs by differentiable operations");
    }

    /// <summary>The backward pass of the loss of a batch, or of a part of it.</summary>
    /// <exception cref="UserException">The types of outputs and targets do not fit it.</exception>
    internal void Backward(Tensor loss, Tensor outputs, Tensor targets)
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

    /// <summary>The accuracy of a batch; null where there is no such thing.</summary>
    /// <exception cref="UserException">Outputs and targets do not fit it, or it is not one number.</exception>
    internal Tensor? MeasureAccuracy(Tensor outputs, Tensor targets) => Accuracy is null
        ? null
        : ShapeChecks.Number(Name.Length == 0 ? "the accuracy" : $"the accuracy of {Name}", Accuracy, outputs, targets, AnyShapes);

    /// <summary>How many targets count.</summary>
    internal long Counted(Tensor targets)
    {
        using var ignored = IgnoreIndex?.ToScalar();
        return ignored is null ? targets.numel() : targets.ne(ignored).sum().ToInt64();
    }

    private string InMessages => Name.Length == 0 ? "the loss" : $"the loss {Name}";

    /// <summary>What a chart writes beside the loss.</summary>
    internal string Label(string unit) => IsInNats ? $"loss (nats per {unit})" : "loss";

    /// <summary>A measurement in words.</summary>
    internal string Describe(Evaluation evaluation, string unit)
    {
        var loss = IsInNats
            ? string.Create(CultureInfo.InvariantCulture, $"{evaluation.Loss:F4} nats = {evaluation.Loss / Math.Log(2):F4} bits per {unit}")
            : string.Create(CultureInfo.InvariantCulture, $"{evaluation.Loss:G5}");
        return evaluation.Accuracy is { } accuracy ? string.Create(CultureInfo.InvariantCulture, $"{loss}, accuracy {accuracy:P2}") : loss;
    }
}
