using System.Collections.Immutable;

namespace SuParDsl.Sparsity;

/// <summary>Draws masks. A tensor is treated as a matrix of its first axis × all other axes, that is outputs × fan-in.</summary>
/// <remarks>
/// Exact counts use Knuth's selection sampling (The Art of Computer Programming 2, 3.4.2, algorithm S) in integers, so a
/// mask is the same on every machine and engine.
/// </remarks>
internal static class MaskDraw
{
    /// <summary>Draws a mask, which depends on the seed and the tensor's name only.</summary>
    /// <exception cref="SizeException">The pattern does not fit the tensor, or no weight would be kept.</exception>
    public static WeightMask Draw(Mask kind, ImmutableArray<long> shape, double density, long seed, string name)
    {
        RequireFit(kind, shape, density, name);
        var bits = new Bits(shape, new SeededRandom(seed, name + "/mask"));
        switch (kind)
        {
            case Mask.Exact:
                Exact(bits, density, name);
                break;
            case Mask.Bernoulli:
                Bernoulli(bits, density);
                break;
            case Mask.Balanced:
                Balanced(bits, density, name);
                break;
            case Mask.TwoFour:
                TwoFour(bits);
                break;
            default:
                Blocks(bits, TileSize(kind), density, name);
                break;
        }

        var mask = new WeightMask(shape, bits.Words);
        return mask.Kept > 0 ? mask : throw Empty(name, density, mask.Count);
    }

    /// <summary>Throws if a pattern does not fit a tensor and its density.</summary>
    /// <exception cref="SizeException">The pattern does not fit, or the value is not a <see cref="Mask"/>.</exception>
    public static void RequireFit(Mask kind, ImmutableArray<long> shape, double density, string name)
    {
        if (!Enum.IsDefined(kind))
        {
            throw new SizeException(
                $"the mask of {name} is {(int)kind}: it must be one of {string.Join(", ", Enum.GetNames<Mask>())}");
        }

        var (rows, columns) = (shape[0], WeightMask.Product(shape) / shape[0]);
        if (kind == Mask.TwoFour && density != 0.5)
        {
            throw new SizeException($"the density of {name} is {density}: a 2:4 mask keeps exactly 0.5 (SUP210)");
        }

        if (kind == Mask.TwoFour && columns % 4 != 0)
        {
            throw new SizeException($"the fan-in of {name} is {columns}: a 2:4 mask needs a multiple of 4 (SUP209)");
        }

        if (kind >= Mask.Block4 && TileSize(kind) is var side && (rows % side != 0 || columns % side != 0))
        {
            throw new SizeException(
                $"{name} is {rows}×{columns}: tiles of {side}×{side} need both sizes to be multiples of {side} (SUP211)");
        }
    }

    /// <summary>The side of a block mask's tiles.</summary>
    public static int TileSize(Mask kind) => kind switch
    {
        Mask.Block4 => 4,
        Mask.Block8 => 8,
        Mask.Block16 => 16,
        Mask.Block32 => 32,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "is not a block mask"),
    };

    private static void Exact(Bits bits, double density, string name) =>
        Select(bits.Random, bits.Rows * bits.Columns, Wanted(density, bits.Rows * bits.Columns, name), bits.Keep);

    private static void Bernoulli(Bits bits, double density)
    {
        // 2⁶⁴·ρ, so that the comparison is in integers.
        var threshold = density >= 1 ? ulong.MaxValue : (ulong)(density * 18446744073709551616.0);
        for (long i = 0; i < bits.Rows * bits.Columns; i++)
        {
            if (bits.Random.NextBits() <= threshold)
            {
                bits.Keep(i);
            }
        }
    }

    private static void Balanced(Bits bits, double density, string name)
    {
        var wanted = Wanted(density, bits.Columns, name);
        for (long row = 0; row < bits.Rows; row++)
        {
            var start = row * bits.Columns;
            Select(bits.Random, bits.Columns, wanted, column => bits.Keep(start + column));
        }
    }

    private static void TwoFour(Bits bits)
    {
        for (long start = 0; start < bits.Rows * bits.Columns; start += 4)
        {
            var at = start;
            Select(bits.Random, 4, 2, column => bits.Keep(at + column));
        }
    }

    private static void Blocks(Bits bits, int side, double density, string name)
    {
        var across = bits.Columns / side;
        var tiles = bits.Rows / side * across;
        Select(bits.Random, tiles, Wanted(density, tiles, name), tile =>
        {
            var corner = (tile / across * side * bits.Columns) + (tile % across * side);
            for (var row = 0; row < side; row++)
            {
                for (var column = 0; column < side; column++)
                {
                    bits.Keep(corner + (row * bits.Columns) + column);
                }
            }
        });
    }

    private static long Wanted(double density, long count, string name)
    {
        var wanted = (long)Math.Round(density * count, MidpointRounding.AwayFromZero);
        return wanted > 0 ? wanted : throw Empty(name, density, count);
    }

    private static SizeException Empty(string name, double density, long count) =>
        new($"the density of {name} is {density}, which keeps none of {count}: it must be at least {1.0 / count:G3}");

    // Take each of `count` items with probability (still wanted) / (still to come). This takes exactly `wanted` items, and every
    // set of that size is equally likely.
    private static void Select(SeededRandom random, long count, long wanted, Action<long> take)
    {
        for (long i = 0; wanted > 0; i++)
        {
            if (random.NextBelow((ulong)(count - i)) < (ulong)wanted)
            {
                take(i);
                wanted--;
            }
        }
    }

    /// <summary>The bits being drawn.</summary>
    private sealed class Bits(ImmutableArray<long> shape, SeededRandom random)
    {
        public long Rows { get; } = shape[0];

        public long Columns { get; } = WeightMask.Product(shape) / shape[0];

        public ulong[] Words { get; } = new ulong[(WeightMask.Product(shape) + 63) / 64];

        public SeededRandom Random { get; } = random;

        public void Keep(long index) => Words[index >> 6] |= 1UL << (int)(index & 63);
    }
}
