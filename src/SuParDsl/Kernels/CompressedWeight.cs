using SuParDsl.Engine;
using SuParDsl.Kernels;
using SuParDsl.Sparsity;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>The positions of a compressed matrix's kept weights. Its parameter holds their values in row-major order.</summary>
internal sealed class CompressedWeight
{
    private const int RowsOfPiece = 64;

    /// <exception cref="ArgumentException">The mask is not that of a matrix, or is too large for 32-bit indices.</exception>
    public CompressedWeight(WeightMask mask) => Pattern = SparsePattern.Of(mask);

    /// <summary>The indices.</summary>
    public SparsePattern Pattern { get; }

    /// <summary>Converts kept weights to a dense matrix that is zero where masked.</summary>
    public Tensor ToDense(Tensor values)
    {
        var dense = zeros(Pattern.Rows, Pattern.Columns);
        Copy(dense, values, toDense: true);
        return dense;
    }

    /// <summary>Extracts the kept weights of a dense matrix.</summary>
    /// <exception cref="ArgumentException">The matrix has another shape.</exception>
    public Tensor FromDense(Tensor dense)
    {
        if (!dense.shape.SequenceEqual([Pattern.Rows, Pattern.Columns]))
        {
            throw new ArgumentException(
                $"a matrix of shape [{string.Join(", ", dense.shape)}]"
                + $" cannot fill one of shape [{Pattern.Rows}, {Pattern.Columns}]");
        }

        using var whole = dense.detach().cpu().to_type(ScalarType.Float32).contiguous();
        var values = zeros(Pattern.Count);
        Copy(whole, values, toDense: false);
        return values;
    }

    private unsafe void Copy(Tensor dense, Tensor values, bool toDense)
    {
        var (all, kept) = ((nint)TensorMemory.FloatsOf(dense), (nint)TensorMemory.FloatsOf(values));
        Workers.Run((Pattern.Rows + RowsOfPiece - 1) / RowsOfPiece, get_num_threads(), Pattern.Count, piece =>
        {
            for (var row = piece * RowsOfPiece; row < Math.Min(Pattern.Rows, (piece + 1) * RowsOfPiece); row++)
            {
                var whole = (float*)all + ((nint)row * Pattern.Columns);
                for (var k = Pattern.RowStart[row]; k < Pattern.RowStart[row + 1]; k++)
                {
                    if (toDense)
                    {
                        whole[Pattern.ColumnOf[k]] = ((float*)kept)[k];
                    }
                    else
                    {
                        ((float*)kept)[k] = whole[Pattern.ColumnOf[k]];
                    }
                }
            }
        });
        GC.KeepAlive(dense);
        GC.KeepAlive(values);
    }
}
