using System.Numerics;
using System.Runtime.Intrinsics;
using SuParDsl.Engine;
using static TorchSharp.torch;

namespace SuParDsl.Sparsity;

/// <summary>The invariant of masked storage: every weight that a mask drops is exactly zero.</summary>
internal static class MaskedZeros
{
    /// <summary>
    /// Writes zeros where a mask drops weights. NaN and infinities also become zero, which a product with the mask would not do.
    /// </summary>
    /// <param name="weight">The dense tensor, of any floating-point type and on any device.</param>
    /// <param name="mask">Its mask.</param>
    public static void Write(Tensor weight, WeightMask mask)
    {
        if (mask.Kept < mask.Count)
        {
            using var scope = NewDisposeScope();
            weight.masked_fill_(Dropped(mask, weight.device), Scalars.Zero);
        }
    }

    /// <summary>Counts the weights that a mask drops and that are not zero.</summary>
    /// <param name="weight">The dense tensor, of any floating-point type and on any device.</param>
    /// <param name="mask">Its mask.</param>
    public static long CountOthers(Tensor weight, WeightMask mask)
    {
        if (mask.Kept == mask.Count)
        {
            return 0;
        }

        if (TensorMemory.IsFloatOnCpu(weight) && weight.is_contiguous())
        {
            return CountOthers(weight, mask, 0, mask.Words.Length);
        }

        using var scope = NewDisposeScope();
        return weight.detach().ne(Scalars.Zero).logical_and(Dropped(mask, weight.device)).count_nonzero().ToInt64();
    }

    /// <summary>Counts them in a part of a contiguous float32 tensor on the CPU.</summary>
    /// <param name="weight">The dense tensor.</param>
    /// <param name="mask">Its mask.</param>
    /// <param name="start">The index of the mask's first word to check.</param>
    /// <param name="words">The number of words, of 64 weights each.</param>
    public static unsafe long CountOthers(Tensor weight, WeightMask mask, int start, int words)
    {
        var floats = TensorMemory.FloatsOf(weight);
        var bits = mask.Words;
        long others = 0;
        for (var word = start; word < start + words; word++)
        {
            var (at, end, dropped) = (64L * word, Math.Min(mask.Count, 64L * (word + 1)), ~bits[word]);
            for (; at + 8 <= end; at += 8, dropped >>= 8)
            {
                var zeros = Vector256.Equals(Vector256.Load(floats + at), Vector256<float>.Zero).ExtractMostSignificantBits();
                others += BitOperations.PopCount((byte)dropped & ~zeros);
            }

            for (; at < end; at++, dropped >>= 1)
            {
                others += (dropped & 1) != 0 && floats[at] != 0 ? 1 : 0;
            }
        }

        GC.KeepAlive(weight);
        return others;
    }

    private static Tensor Dropped(WeightMask mask, Device device)
    {
        var dropped = new bool[mask.Count];
        for (long i = 0; i < dropped.Length; i++)
        {
            dropped[i] = !mask[i];
        }

        return tensor(dropped, mask.Shape.AsSpan(), device: device);
    }
}
