using System.Numerics;

namespace SuParDsl;

/// <summary>Copies the live values of a tensor to and from a flat buffer: all of them, or those that a mask keeps.</summary>
internal static unsafe class LiveValues
{
    /// <summary>Copies live values into a buffer.</summary>
    /// <returns>A sum over their bits, which tells them from others.</returns>
    public static uint Pack(WeightMask? mask, float* whole, float* buffer, long count)
    {
        if (mask is null)
        {
            Buffer.MemoryCopy(whole, buffer, count * sizeof(float), count * sizeof(float));
        }
        else
        {
            foreach (var position in new Positions(mask.Words))
            {
                *buffer++ = whole[position];
            }

            buffer -= count;
        }

        return SumOfBits(buffer, count);
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
    public static void Unpack(WeightMask? mask, float* whole, float* buffer, long count, float factor)
    {
        if (mask is not null)
        {
            foreach (var position in new Positions(mask.Words))
            {
                whole[position] = factor * *buffer++;
            }

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
