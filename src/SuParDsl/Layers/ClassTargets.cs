using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>The check of class targets against logits, for the loss and its metrics.</summary>
internal static class ClassTargets
{
    /// <summary>Says why targets do not fit logits; null if they do.</summary>
    /// <param name="logits">… classes.</param>
    /// <param name="targets">
    /// An int64 class for each position of the logits, in the same shape. Axes of length 1 are ignored. Either side may be
    /// flattened, which keeps the row-major order.
    /// </param>
    public static string? Misfit(Tensor logits, Tensor targets)
    {
        if (logits.dim() == 0 || targets.dtype != ScalarType.Int64 || logits.numel() != targets.numel() * logits.shape[^1])
        {
            return $"logits of shape {Text(logits.shape)} need an int64 target for each position but the last axis, "
                + $"and there are {targets.numel()} of {targets.dtype}";
        }

        var (positions, own) = (Axes(logits.shape.AsSpan()[..^1]), Axes(targets.shape));
        return positions.Length <= 1 || own.Length <= 1 || positions.SequenceEqual(own)
            ? null
            : $"logits of shape {Text(logits.shape)} need targets of shape {Text(logits.shape[..^1])}, "
                + $"and these have shape {Text(targets.shape)}";
    }

    private static string Text(long[] shape) => $"[{string.Join(", ", shape)}]";

    private static long[] Axes(ReadOnlySpan<long> shape) => [.. shape.ToArray().Where(static size => size != 1)];
}
