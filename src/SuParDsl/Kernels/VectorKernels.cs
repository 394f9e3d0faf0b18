using System.Runtime.CompilerServices;

namespace SuParDsl.Kernels;

/// <summary>
/// Products of a sparse matrix with single vectors, as in the generation of text one token at a time. A tile would compute a
/// whole vector of examples for each of them.
/// </summary>
internal static unsafe class VectorKernels
{
    /// <summary>The largest batch that is faster vector by vector than in a tile.</summary>
    public const int MostExamples = 4;

    /// <summary>y[r] = bias[r] + Σ value[k]·x[index[k]] over the entries k of row r.</summary>
    /// <param name="start">Where each row's entries start.</param>
    /// <param name="index">Each entry's place in x.</param>
    /// <param name="value">Each entry's weight.</param>
    /// <param name="bias">The bias, or null.</param>
    /// <param name="x">The input.</param>
    /// <param name="y">The output.</param>
    /// <param name="rows">The number of rows of y.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(int* start, int* index, float* value, float* bias, float* x, float* y, int rows)
    {
        var k = start[0];
        for (var row = 0; row < rows; row++)
        {
            // Four separate sums hide the latency of the additions.
            var a = bias is null ? 0 : bias[row];
            float b = 0, c = 0, d = 0;
            var end = start[row + 1];
            for (; k + 4 <= end; k += 4)
            {
                a += value[k] * x[index[k]];
                b += value[k + 1] * x[index[k + 1]];
                c += value[k + 2] * x[index[k + 2]];
                d += value[k + 3] * x[index[k + 3]];
            }

            for (; k < end; k++)
            {
                a += value[k] * x[index[k]];
            }

            y[row] = a + b + (c + d);
        }
    }
}
