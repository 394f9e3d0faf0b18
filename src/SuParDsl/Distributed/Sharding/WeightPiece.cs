using System.Numerics;
using SuParDsl.Sparsity;

namespace SuParDsl.Distributed;

/// <summary>A contiguous part of a tensor. A message consists of pieces with the same owner.</summary>
/// <param name="Tensor">The tensor's index.</param>
/// <param name="Start">The index of the first weight, a multiple of 64, so that the mask's bits start at a word boundary.</param>
/// <param name="Length">The number of weights in the piece.</param>
/// <param name="Live">The number of weights that are transferred.</param>
internal readonly record struct WeightPiece(int Tensor, long Start, long Length, long Live)
{
    private const int Word = 64;

    /// <summary>Divides tensors into messages.</summary>
    /// <param name="tensors">Each tensor's index, number of weights, and mask if only kept weights are transferred.</param>
    /// <param name="capacity">The maximum number of floats per message, at least 64.</param>
    public static IEnumerable<WeightPiece[]> Cut(IEnumerable<(int Tensor, long Count, WeightMask? Mask)> tensors, long capacity)
    {
        List<WeightPiece> open = [];
        var room = capacity;
        foreach (var (tensor, count, mask) in tensors)
        {
            for (long start = 0; start < count;)
            {
                var piece = Fitting(tensor, start, count, mask, room);
                if (piece.Length == 0)
                {
                    yield return [.. open];
                    open.Clear();
                    room = capacity;
                    continue;
                }

                open.Add(piece);
                room -= piece.Live;
                start += piece.Length;
            }
        }

        if (open.Count > 0)
        {
            yield return [.. open];
        }
    }

    /// <summary>The words of the tensor's mask that hold this piece's bits; empty without a mask.</summary>
    public ReadOnlySpan<ulong> WordsOf(WeightMask? mask) =>
        mask is null ? default : mask.Words.Slice((int)(Start / Word), (int)((Length + Word - 1) / Word));

    private static WeightPiece Fitting(int tensor, long start, long count, WeightMask? mask, long room)
    {
        if (mask is null)
        {
            var length = count - start <= room ? count - start : room / Word * Word;
            return new(tensor, start, length, length);
        }

        long live = 0;
        var first = (int)(start / Word);
        var end = first;
        for (; end < mask.Words.Length && live + BitOperations.PopCount(mask.Words[end]) <= room; end++)
        {
            live += BitOperations.PopCount(mask.Words[end]);
        }

        return new(tensor, start, Math.Min(count, (long)end * Word) - start, live);
    }
}
