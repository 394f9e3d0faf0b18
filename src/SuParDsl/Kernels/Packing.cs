using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SuParDsl.Kernels;

/// <summary>
/// Converts between row-major activations, with one example per row, and feature-major tiles, with one feature per row.
/// </summary>
internal static unsafe class Packing<TSimd, V>
    where TSimd : struct, ISimd<V>
    where V : struct
{
    /// <summary>
    /// Fills a tile of <paramref name="width"/> columns from at most as many examples. The remaining columns are zero.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(float* from, int examples, int features, float* tile, int width)
    {
        var n = TSimd.Count;
        var wholeFeatures = features - (features % n);
        // Read a few examples at a time from beginning to end: as many streams as the prefetcher can follow.
        for (var column = 0; column < width; column += n)
        {
            var source = from + ((nint)column * features);
            if (column + n <= examples)
            {
                for (var feature = 0; feature < wholeFeatures; feature += n)
                {
                    TSimd.Transpose(source + feature, features, tile + ((nint)feature * width) + column, width);
                }

                PackOneByOne(source, n, wholeFeatures, features, tile + column, width, n);
            }
            else
            {
                PackOneByOne(source, Math.Max(0, examples - column), 0, features, tile + column, width, n);
            }
        }
    }

    /// <summary>Copies a tile to row-major examples, at most as many as its width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Unpack(float* tile, int width, int features, float* to, int examples)
    {
        if (TSimd.Count > Vector256<float>.Count)
        {
            // Distant rows share cache sets. Eight of them can be written at once, but sixteen evict each other.
            Packing<Simd256, Vector256<float>>.Unpack(tile, width, features, to, examples);
            return;
        }

        var n = TSimd.Count;
        var wholeFeatures = features - (features % n);
        for (var column = 0; column < examples; column += n)
        {
            var target = to + ((nint)column * features);
            if (column + n <= examples)
            {
                for (var feature = 0; feature < wholeFeatures; feature += n)
                {
                    TSimd.Transpose(tile + ((nint)feature * width) + column, width, target + feature, features);
                }

                UnpackOneByOne(tile + column, width, wholeFeatures, features, target, n);
            }
            else
            {
                UnpackOneByOne(tile + column, width, 0, features, target, examples - column);
            }
        }
    }

    private static void PackOneByOne(
        float* from, int examples, int firstFeature, int features, float* tile, int width, int columns)
    {
        for (var feature = firstFeature; feature < features; feature++)
        {
            var row = tile + ((nint)feature * width);
            for (var column = 0; column < columns; column++)
            {
                row[column] = column < examples ? from[((nint)column * features) + feature] : 0;
            }
        }
    }

    private static void UnpackOneByOne(float* tile, int width, int firstFeature, int features, float* to, int examples)
    {
        for (var feature = firstFeature; feature < features; feature++)
        {
            var row = tile + ((nint)feature * width);
            for (var column = 0; column < examples; column++)
            {
                to[((nint)column * features) + feature] = row[column];
            }
        }
    }
}
