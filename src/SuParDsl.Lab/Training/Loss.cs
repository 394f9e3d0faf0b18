using System.Globalization;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Training;

/// <summary>What training makes small.</summary>
/// <param name="Of">The mean over a batch of outputs against targets, a scalar to differentiate.</param>
public sealed record Loss(Func<Tensor, Tensor, Tensor> Of)
{
    /// <summary>The share of a batch's targets that the outputs hit, a scalar; null where there is no such thing.</summary>
    public Func<Tensor, Tensor, Tensor>? Accuracy { get; init; }

    /// <summary>Whether the loss is in nats, so that it can be told in bits, too.</summary>
    public bool IsInNats { get; init; }

    /// <summary>Cross-entropy of logits (… × classes) against classes (…), in nats.</summary>
    public static Loss CrossEntropy { get; } = new(Functional.CrossEntropy)
    {
        IsInNats = true,
    };

    /// <summary>Cross-entropy with the accuracy beside it: logits (… × classes) against classes (…).</summary>
    public static Loss Classification { get; } = CrossEntropy with
    {
        Accuracy = static (logits, targets) => logits.argmax(-1).eq(targets).to(ScalarType.Float32).mean(),
    };

    /// <summary>The mean square of the difference between outputs and targets of one shape.</summary>
    public static Loss MeanSquare { get; } = new(static (outputs, targets) => nn.functional.mse_loss(outputs, targets));

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
