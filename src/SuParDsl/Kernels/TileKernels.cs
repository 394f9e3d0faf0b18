using System.Runtime.CompilerServices;

namespace SuParDsl.Kernels;

/// <summary>
/// Products of a sparse matrix with one feature-major tile of activations: row f of the tile holds feature f of a few
/// consecutive examples. A wide tile is four vectors across. Its output row stays in registers, so that each kept weight costs
/// one broadcast and one multiply-add per vector. Narrow tiles are one vector across and are used for the remainder of the batch.
/// </summary>
internal static unsafe class TileKernels<TSimd, V>
    where TSimd : struct, ISimd<V>
    where V : struct
{
    /// <summary>The width of a wide tile in vectors.</summary>
    public const int WideVectors = 4;

    /// <summary>The width of a wide tile in floats.</summary>
    public static int Wide => WideVectors * TSimd.Count;

    /// <summary>The width of a narrow tile in floats.</summary>
    public static int Narrow => TSimd.Count;

    /// <summary>y[r] = bias[r] + Σ value[k]·x[index[k]] over the entries k of row r.</summary>
    /// <param name="width">The width of the tile in floats: <see cref="Wide"/> or <see cref="Narrow"/>.</param>
    /// <param name="start">Where each row's entries start.</param>
    /// <param name="index">Each entry's row of x.</param>
    /// <param name="value">Each entry's weight.</param>
    /// <param name="bias">The bias, or null.</param>
    /// <param name="x">The input tile.</param>
    /// <param name="y">The output tile.</param>
    /// <param name="rows">The number of rows of y.</param>
    public static void Multiply(int width, int* start, int* index, float* value, float* bias, float* x, float* y, int rows)
    {
        if (width == Wide)
        {
            MultiplyWide(start, index, value, bias, x, y, rows);
        }
        else
        {
            MultiplyNarrow(start, index, value, bias, x, y, rows);
        }
    }

    /// <summary>
    /// gradient[k] += Σ over the tile of dy[r]·x[index[k]] for the entries k of row r: the product of dense matrices, sampled
    /// at the kept weights. biasGradient[r] += Σ dy[r], unless it is null.
    /// </summary>
    /// <inheritdoc cref="Multiply"/>
    public static void Sample(
        int width, int* start, int* index, float* x, float* dy, float* gradient, float* biasGradient, int rows)
    {
        if (width == Wide)
        {
            SampleWide(start, index, x, dy, gradient, biasGradient, rows);
        }
        else
        {
            SampleNarrow(start, index, x, dy, gradient, biasGradient, rows);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyWide(int* start, int* index, float* value, float* bias, float* x, float* y, int rows)
    {
        var n = TSimd.Count;
        var k = start[0];
        for (var row = 0; row < rows; row++)
        {
            // Separate sums for even and odd entries give enough independent multiply-adds to hide their latency.
            var a0 = TSimd.Broadcast(bias is null ? 0 : bias[row]);
            V a1 = a0, a2 = a0, a3 = a0;
            var b0 = TSimd.Broadcast(0);
            V b1 = b0, b2 = b0, b3 = b0;
            var end = start[row + 1];
            for (; k + 2 <= end; k += 2)
            {
                var (even, odd) = (TSimd.Broadcast(value[k]), TSimd.Broadcast(value[k + 1]));
                var p = x + ((nint)index[k] * (WideVectors * n));
                a0 = TSimd.MultiplyAdd(TSimd.Load(p), even, a0);
                a1 = TSimd.MultiplyAdd(TSimd.Load(p + n), even, a1);
                a2 = TSimd.MultiplyAdd(TSimd.Load(p + (2 * n)), even, a2);
                a3 = TSimd.MultiplyAdd(TSimd.Load(p + (3 * n)), even, a3);
                p = x + ((nint)index[k + 1] * (WideVectors * n));
                b0 = TSimd.MultiplyAdd(TSimd.Load(p), odd, b0);
                b1 = TSimd.MultiplyAdd(TSimd.Load(p + n), odd, b1);
                b2 = TSimd.MultiplyAdd(TSimd.Load(p + (2 * n)), odd, b2);
                b3 = TSimd.MultiplyAdd(TSimd.Load(p + (3 * n)), odd, b3);
            }

            if (k < end)
            {
                var last = TSimd.Broadcast(value[k]);
                var p = x + ((nint)index[k] * (WideVectors * n));
                a0 = TSimd.MultiplyAdd(TSimd.Load(p), last, a0);
                a1 = TSimd.MultiplyAdd(TSimd.Load(p + n), last, a1);
                a2 = TSimd.MultiplyAdd(TSimd.Load(p + (2 * n)), last, a2);
                a3 = TSimd.MultiplyAdd(TSimd.Load(p + (3 * n)), last, a3);
                k++;
            }

            TSimd.Store(TSimd.Add(a0, b0), y);
            TSimd.Store(TSimd.Add(a1, b1), y + n);
            TSimd.Store(TSimd.Add(a2, b2), y + (2 * n));
            TSimd.Store(TSimd.Add(a3, b3), y + (3 * n));
            y += WideVectors * n;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyNarrow(int* start, int* index, float* value, float* bias, float* x, float* y, int rows)
    {
        var n = TSimd.Count;
        var k = start[0];
        for (var row = 0; row < rows; row++)
        {
            var even = TSimd.Broadcast(bias is null ? 0 : bias[row]);
            var odd = TSimd.Broadcast(0);
            var end = start[row + 1];
            for (; k + 2 <= end; k += 2)
            {
                even = TSimd.MultiplyAdd(TSimd.Load(x + ((nint)index[k] * n)), TSimd.Broadcast(value[k]), even);
                odd = TSimd.MultiplyAdd(TSimd.Load(x + ((nint)index[k + 1] * n)), TSimd.Broadcast(value[k + 1]), odd);
            }

            if (k < end)
            {
                even = TSimd.MultiplyAdd(TSimd.Load(x + ((nint)index[k] * n)), TSimd.Broadcast(value[k]), even);
                k++;
            }

            TSimd.Store(TSimd.Add(even, odd), y);
            y += n;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SampleWide(int* start, int* index, float* x, float* dy, float* gradient, float* biasGradient, int rows)
    {
        const int Stride = WideVectors;
        var n = TSimd.Count;
        var k = start[0];
        for (var row = 0; row < rows; row++)
        {
            V g0 = TSimd.Load(dy), g1 = TSimd.Load(dy + n), g2 = TSimd.Load(dy + (2 * n)), g3 = TSimd.Load(dy + (3 * n));
            if (biasGradient is not null)
            {
                biasGradient[row] += TSimd.Sum(TSimd.Add(TSimd.Add(g0, g1), TSimd.Add(g2, g3)));
            }

            var end = start[row + 1];
            for (; k + 4 <= end; k += 4)
            {
                TSimd.AddSums(
                    Products(x + ((nint)index[k] * (Stride * n)), g0, g1, g2, g3),
                    Products(x + ((nint)index[k + 1] * (Stride * n)), g0, g1, g2, g3),
                    Products(x + ((nint)index[k + 2] * (Stride * n)), g0, g1, g2, g3),
                    Products(x + ((nint)index[k + 3] * (Stride * n)), g0, g1, g2, g3),
                    gradient + k);
            }

            for (; k < end; k++)
            {
                gradient[k] += TSimd.Sum(Products(x + ((nint)index[k] * (Stride * n)), g0, g1, g2, g3));
            }

            dy += Stride * n;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Products(float* x, V g0, V g1, V g2, V g3)
    {
        var n = TSimd.Count;
        var sum = TSimd.Multiply(TSimd.Load(x), g0);
        sum = TSimd.MultiplyAdd(TSimd.Load(x + n), g1, sum);
        sum = TSimd.MultiplyAdd(TSimd.Load(x + (2 * n)), g2, sum);
        return TSimd.MultiplyAdd(TSimd.Load(x + (3 * n)), g3, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SampleNarrow(int* start, int* index, float* x, float* dy, float* gradient, float* biasGradient, int rows)
    {
        var n = TSimd.Count;
        var k = start[0];
        for (var row = 0; row < rows; row++)
        {
            var g = TSimd.Load(dy);
            if (biasGradient is not null)
            {
                biasGradient[row] += TSimd.Sum(g);
            }

            var end = start[row + 1];
            for (; k < end; k++)
            {
                gradient[k] += TSimd.Sum(TSimd.Multiply(TSimd.Load(x + ((nint)index[k] * n)), g));
            }

            dy += n;
        }
    }
}
