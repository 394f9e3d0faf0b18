using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>What classes as targets of logits must be: for the loss and for its metrics.</summary>
internal static class ClassTargets
{
    /// <summary>Why targets do not fit logits; null where they do.</summary>
    /// <param name="logits">… classes.</param>
    /// <param name="targets">
    /// An int64 class for each position of the logits, in the same shape. Axes of length 1 do not count, and either side may be flattened, as
    /// row by row both give the same order then.
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
            : $"logits of shape {Text(logits.shape)} need targets of shape {Text(logits.shape[..^1])}, and these have shape {Text(targets.shape)}";
    }

    private static string Text(long[] shape) => $"[{string.Join(", ", shape)}]";

    private static long[] Axes(ReadOnlySpan<long> shape) => [.. shape.ToArray().Where(static size => size != 1)];
}
