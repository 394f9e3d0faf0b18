using System.Numerics;

namespace SuParDsl;

/// <summary>A stretch of a tensor that travels with others of its owner in one message.</summary>
/// <param name="Tensor">Which tensor.</param>
/// <param name="Start">Its first weight: a multiple of 64, so that the mask's bits start at a word.</param>
/// <param name="Length">How many weights it goes over.</param>
/// <param name="Live">How many of them travel.</param>
internal readonly record struct WeightPiece(int Tensor, long Start, long Length, long Live)
{
    private const int Word = 64;

    /// <summary>Cuts tensors into messages.</summary>
    /// <param name="tensors">Each tensor's place, its number of weights, and its mask where only live ones travel.</param>
    /// <param name="capacity">The most floats of a message, 64 or more.</param>
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

    /// <summary>Where this piece's bits are in its tensor's mask; none without a mask.</summary>
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
