using System.Numerics;

namespace SuParDsl;

/// <summary>Copies the live values of a tensor to and from a flat buffer: all of them, or those that a mask keeps.</summary>
internal static unsafe class LiveValues
{
    /// <summary>Copies live values into a buffer.</summary>
    /// <returns>A sum over their bits, which tells them from others.</returns>
    public static uint Pack(WeightMask? mask, float* whole, float* buffer, long count)
    {
        Pack(mask is null ? default : mask.Words, whole, buffer, count);
        return SumOfBits(buffer, count);
    }

    /// <summary>Copies the live values of a part of a tensor into a buffer.</summary>
    /// <param name="words">The part's bits; empty where all of it is live.</param>
    /// <param name="whole">Where the part begins.</param>
    /// <param name="buffer">The buffer.</param>
    /// <param name="count">The number of live values.</param>
    public static void Pack(ReadOnlySpan<ulong> words, float* whole, float* buffer, long count)
    {
        if (words.IsEmpty)
        {
            Buffer.MemoryCopy(whole, buffer, count * sizeof(float), count * sizeof(float));
            return;
        }

        foreach (var position in new Positions(words))
        {
            *buffer++ = whole[position];
        }
    }

    /// <summary>The sum over their bits where they are.</summary>
    public static uint SumOfBits(WeightMask? mask, float* whole, long count)
    {
        if (mask is null)
        {
            return SumOfBits(whole, count);
        }

        uint sum = 0;
        foreach (var position in new Positions(mask.Words))
        {
            sum += BitConverter.SingleToUInt32Bits(whole[position]);
        }

        return sum;
    }

    /// <summary>Copies a buffer's values, times a factor, to where they live.</summary>
    public static void Unpack(WeightMask? mask, float* whole, float* buffer, long count, float factor) =>
        Unpack(mask is null ? default : mask.Words, whole, buffer, count, factor);

    /// <summary>The same of a part of a tensor, by its bits; empty where all of it is live.</summary>
    public static void Unpack(ReadOnlySpan<ulong> words, float* whole, float* buffer, long count, float factor)
    {
        if (!words.IsEmpty)
        {
            foreach (var position in new Positions(words))
            {
                whole[position] = factor * *buffer++;
            }

            return;
        }

        if (factor == 1)
        {
            // Not by arithmetic: floats may be halves of something else.
            Buffer.MemoryCopy(buffer, whole, count * sizeof(float), count * sizeof(float));
            return;
        }

        long i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            (factor * Vector.Load(buffer + i)).Store(whole + i);
        }

        for (; i < count; i++)
        {
            whole[i] = factor * buffer[i];
        }
    }

    private static uint SumOfBits(float* values, long count)
    {
        var sums = Vector<uint>.Zero;
        long i = 0;
        for (; i <= count - Vector<uint>.Count; i += Vector<uint>.Count)
        {
            sums += Vector.Load((uint*)values + i);
        }

        var sum = Vector.Sum(sums);
        for (; i < count; i++)
        {
            sum += ((uint*)values)[i];
        }

        return sum;
    }

    /// <summary>Where a mask's bits are set, without memory of its own.</summary>
    private ref struct Positions(ReadOnlySpan<ulong> words)
    {
        private readonly ReadOnlySpan<ulong> words = words;
        private ulong bits;
        private int next;

        public long Current { get; private set; }

        public readonly Positions GetEnumerator() => this;

        public bool MoveNext()
        {
            while (bits == 0)
            {
                if (next == words.Length)
                {
                    return false;
                }

                bits = words[next++];
            }

            Current = (64L * (next - 1)) + BitOperations.TrailingZeroCount(bits);
            bits &= bits - 1;
            return true;
        }
    }
}
