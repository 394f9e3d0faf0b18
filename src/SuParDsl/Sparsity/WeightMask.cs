using System.Collections.Immutable;
using System.Numerics;
using SuParDsl.Engine;
using static TorchSharp.torch;

namespace SuParDsl.Sparsity;

/// <summary>Which weights of a tensor are kept: one bit each, in row-major order.</summary>
public sealed class WeightMask
{
    private readonly ulong[] words;

    internal WeightMask(ImmutableArray<long> shape, ulong[] words)
    {
        Shape = shape;
        this.words = words;
        Kept = words.Sum(static word => (long)BitOperations.PopCount(word));
    }

    /// <summary>The tensor's shape.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>The number of weights.</summary>
    public long Count => Product(Shape);

    /// <summary>The number of weights kept, nnz.</summary>
    public long Kept { get; }

    /// <summary>The realised density, nnz over count.</summary>
    public double Density => (double)Kept / Count;

    /// <summary>The bits, weight i in bit i % 64 of word i / 64.</summary>
    public ReadOnlySpan<ulong> Words => words;

    /// <summary>Whether a weight is kept.</summary>
    public bool this[long index] => (words[index >> 6] >> (int)(index & 63) & 1) != 0;

    /// <summary>The positions of the kept weights, in row-major order.</summary>
    public IEnumerable<long> Positions()
    {
        for (var word = 0; word < words.Length; word++)
        {
            for (var bits = words[word]; bits != 0; bits &= bits - 1)
            {
                yield return (64L * word) + BitOperations.TrailingZeroCount(bits);
            }
        }
    }

    /// <summary>A mask that keeps every weight.</summary>
    public static WeightMask Full(ImmutableArray<long> shape)
    {
        var count = Product(shape);
        var words = new ulong[(count + 63) / 64];
        Array.Fill(words, ulong.MaxValue);
        if (count % 64 != 0)
        {
            words[^1] >>= (int)(64 - (count % 64));
        }

        return new(shape, words);
    }

    /// <summary>Creates a mask from one byte per weight, which is 0 for a masked weight, as in a reference run.</summary>
    /// <exception cref="ArgumentException">The number of bytes does not match the shape.</exception>
    public static WeightMask FromBytes(ImmutableArray<long> shape, ReadOnlySpan<byte> bytes)
    {
        var count = Product(shape);
        if (bytes.Length != count)
        {
            throw new ArgumentException($"a mask of shape [{string.Join(", ", shape)}] needs {count} bytes, not {bytes.Length}");
        }

        var words = new ulong[(count + 63) / 64];
        for (var i = 0; i < bytes.Length; i++)
        {
            words[i >> 6] |= (bytes[i] != 0 ? 1UL : 0UL) << (i & 63);
        }

        return new(shape, words);
    }

    /// <summary>Creates a mask from its packed bits, little-endian, as in a checkpoint.</summary>
    /// <exception cref="ArgumentException">
    /// The number of bytes does not match the shape, or a bit beyond the last weight is set.
    /// </exception>
    public static WeightMask FromPacked(ImmutableArray<long> shape, ReadOnlySpan<byte> packed)
    {
        var count = Product(shape);
        if (packed.Length != (count + 7) / 8)
        {
            throw new ArgumentException(
                $"a mask of shape [{string.Join(", ", shape)}] needs {(count + 7) / 8} packed bytes, not {packed.Length}");
        }

        var words = new ulong[(count + 63) / 64];
        for (var i = 0; i < packed.Length; i++)
        {
            words[i >> 3] |= (ulong)packed[i] << (8 * (i & 7));
        }

        return count % 64 == 0 || words[^1] >> (int)(count % 64) == 0
            ? new(shape, words)
            : throw new ArgumentException(
                $"a mask of shape [{string.Join(", ", shape)}] has bits set beyond its {count} weights");
    }

    /// <summary>The bits packed into bytes, little-endian.</summary>
    public byte[] ToPacked()
    {
        var packed = new byte[(Count + 7) / 8];
        for (var i = 0; i < packed.Length; i++)
        {
            packed[i] = (byte)(words[i >> 3] >> (8 * (i & 7)));
        }

        return packed;
    }

    /// <summary>The mask as a tensor of ones and zeros of a floating-point type.</summary>
    public Tensor ToTensor(ScalarType dtype, Device device)
    {
        NativeEngine.Load();
        var values = new float[Count];
        for (long i = 0; i < values.Length; i++)
        {
            values[i] = this[i] ? 1 : 0;
        }

        return tensor(values, Shape.AsSpan(), dtype, device);
    }

    internal static long Product(ImmutableArray<long> shape) =>
        shape.Aggregate(1L, static (product, size) => checked(product * size));
}
