using System.Numerics;
using SuParDsl.Sparsity;

namespace SuParDsl.Distributed;

/// <summary>
/// Copies the live values of a tensor to and from a flat buffer. Live values are those that a mask keeps, or all values.
/// </summary>
internal static unsafe class LiveValues
{
    /// <summary>Copies live values into a buffer.</summary>
    /// <returns>A checksum: the sum of the values' bit patterns.</returns>
    public static uint Pack(WeightMask? mask, float* whole, float* buffer, long count)
    {
        Pack(mask is null ? default : mask.Words, whole, buffer, count);
        return SumOfBits(buffer, count);
    }

    /// <summary>Copies the live values of a part of a tensor into a buffer.</summary>
    /// <param name="words">The part's mask bits; empty if all its values are live.</param>
    /// <param name="whole">The address of the part's first value.</param>
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

    /// <summary>The checksum of a tensor's live values, without copying them.</summary>
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

    /// <summary>Copies a buffer's values, multiplied by a factor, to a tensor's live positions.</summary>
    public static void Unpack(WeightMask? mask, float* whole, float* buffer, long count, float factor) =>
        Unpack(mask is null ? default : mask.Words, whole, buffer, count, factor);

    /// <summary>Does the same for a part of a tensor, by its mask bits, which are empty if all its values are live.</summary>
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
            // Copy without arithmetic, because two floats may be the halves of a double.
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

    /// <summary>Enumerates the positions of a mask's set bits without allocating.</summary>
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
