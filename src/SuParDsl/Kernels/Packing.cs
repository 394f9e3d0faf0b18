using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SuParDsl.Kernels;

/// <summary>Between row-major activations, one example a row, and feature-major tiles, one feature a row.</summary>
internal static unsafe class Packing<TSimd, V>
    where TSimd : struct, ISimd<V>
    where V : struct
{
    /// <summary>Fills a tile of <paramref name="width"/> columns from fewer or as many examples; columns without one are zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(float* from, int examples, int features, float* tile, int width)
    {
        var n = TSimd.Count;
        var wholeFeatures = features - (features % n);
        // A few examples at a time, each read from end to end: as many streams as the prefetcher can follow.
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

    /// <summary>Empties a tile into row-major examples, fewer than its width or as many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Unpack(float* tile, int width, int features, float* to, int examples)
    {
        if (TSimd.Count > Vector256<float>.Count)
        {
            // Rows far apart share cache sets: eight of them can be written to at once, sixteen drive each other out.
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

    private static void PackOneByOne(float* from, int examples, int firstFeature, int features, float* tile, int width, int columns)
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
