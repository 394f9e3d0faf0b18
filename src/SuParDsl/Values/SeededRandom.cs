using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace SuParDsl;

/// <summary>
/// Random numbers that depend only on a seed and a name. They are the same on every engine, device, thread and process,
/// regardless of the order in which layers are built. SHA-256 of (seed, name) seeds xoshiro256** (Blackman and Vigna, 2018).
/// </summary>
internal sealed class SeededRandom
{
    private ulong s0, s1, s2, s3;
    private double spare = double.NaN;

    /// <param name="seed">The model's seed.</param>
    /// <param name="name">What the numbers are for: the tensor's full name and a purpose.</param>
    public SeededRandom(long seed, string name)
    {
        var key = new byte[8 + Encoding.UTF8.GetByteCount(name)];
        BinaryPrimitives.WriteInt64LittleEndian(key, seed);
        Encoding.UTF8.GetBytes(name, key.AsSpan(8));
        var state = SHA256.HashData(key);
        s0 = BinaryPrimitives.ReadUInt64LittleEndian(state);
        s1 = BinaryPrimitives.ReadUInt64LittleEndian(state.AsSpan(8));
        s2 = BinaryPrimitives.ReadUInt64LittleEndian(state.AsSpan(16));
        s3 = BinaryPrimitives.ReadUInt64LittleEndian(state.AsSpan(24));
    }

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        var result = BitOperations.RotateLeft(s1 * 5, 7) * 9;
        var t = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= t;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>A number uniform in [0, 1).</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>An integer uniform in [0, bound), without bias (Lemire, 2019).</summary>
    public ulong NextBelow(ulong bound)
    {
        var high = Math.BigMul(NextBits(), bound, out var low);
        if (low < bound)
        {
            var threshold = (0 - bound) % bound;
            while (low < threshold)
            {
                high = Math.BigMul(NextBits(), bound, out low);
            }
        }

        return high;
    }

    /// <summary>A number uniform around 0 with a standard deviation of 1.</summary>
    public double NextUniform() => Math.Sqrt(3) * ((2 * NextDouble()) - 1);

    /// <summary>A standard normal number, by Marsaglia's polar method.</summary>
    public double NextNormal()
    {
        if (!double.IsNaN(spare))
        {
            var kept = spare;
            spare = double.NaN;
            return kept;
        }

        double x, y, r2;
        do
        {
            x = (2 * NextDouble()) - 1;
            y = (2 * NextDouble()) - 1;
            r2 = (x * x) + (y * y);
        }
        while (r2 is >= 1 or 0);

        var scale = Math.Sqrt(-2 * Math.Log(r2) / r2);
        spare = y * scale;
        return x * scale;
    }
}
