using System.Numerics;
using SuParDsl.Sparsity;

namespace SuParDsl.Kernels;

/// <summary>
/// The positions of a matrix's kept weights: CSR for products by rows, CSC for products by columns. It is built once from a mask
/// and used by the forward pass, the input gradient and the weight gradient. The values are
/// stored elsewhere, in CSR (row-major) order.
/// </summary>
internal sealed class SparsePattern
{
    private SparsePattern(int rows, int columns, int count)
    {
        (Rows, Columns, Count) = (rows, columns, count);
        (RowStart, ColumnOf) = (Pinned(rows + 1), Pinned(count));
        (ColumnStart, RowOf, PositionOf) = (Pinned(columns + 1), Pinned(count), Pinned(count));
    }

    /// <summary>The number of rows, which are outputs.</summary>
    public int Rows { get; }

    /// <summary>The number of columns, which are inputs.</summary>
    public int Columns { get; }

    /// <summary>The number of kept weights, nnz.</summary>
    public int Count { get; }

    /// <summary>CSR: where each row's weights start, and one more entry with the end of the last row.</summary>
    public int[] RowStart { get; }

    /// <summary>CSR: each weight's column.</summary>
    public int[] ColumnOf { get; }

    /// <summary>CSC: where each column's weights start, and one more entry with the end of the last column.</summary>
    public int[] ColumnStart { get; }

    /// <summary>CSC: each weight's row.</summary>
    public int[] RowOf { get; }

    /// <summary>CSC: each weight's position in CSR order.</summary>
    public int[] PositionOf { get; }

    /// <summary>The memory of the indices in bytes.</summary>
    public long Bytes => sizeof(int) * ((3L * Count) + Rows + Columns + 2);

    /// <summary>The pattern of a matrix's mask.</summary>
    /// <exception cref="ArgumentException">
    /// The mask is not that of a matrix, or has more entries than 32-bit indices can count.
    /// </exception>
    public static SparsePattern Of(WeightMask mask)
    {
        if (mask.Shape is not [var rows, var columns])
        {
            throw new ArgumentException(
                $"a mask of shape [{string.Join(", ", mask.Shape)}] is not that of a matrix; "
                + "only matrices can be stored compressed");
        }

        CheckCounts(rows, columns, mask.Kept);
        var pattern = new SparsePattern((int)rows, (int)columns, (int)mask.Kept);
        pattern.FillRows(mask);
        pattern.FillColumns();
        return pattern;
    }

    /// <summary>Throws if 32-bit indices cannot hold the counts.</summary>
    internal static void CheckCounts(long rows, long columns, long kept)
    {
        if (kept > int.MaxValue || rows >= int.MaxValue || columns >= int.MaxValue)
        {
            throw new ArgumentException(
                $"a {rows}×{columns} matrix with {kept} kept weights is too large for compressed storage, "
                + $"which counts up to {int.MaxValue}: use {nameof(Storage)}.{nameof(Storage.Masked)}");
        }
    }

    private void FillRows(WeightMask mask)
    {
        var (next, row) = (0, 0);
        long rowEnd = Columns;
        var words = mask.Words;
        for (var word = 0; word < words.Length; word++)
        {
            for (var bits = words[word]; bits != 0; bits &= bits - 1)
            {
                var index = ((long)word << 6) + BitOperations.TrailingZeroCount(bits);
                for (; index >= rowEnd; rowEnd += Columns)
                {
                    RowStart[++row] = next;
                }

                ColumnOf[next++] = (int)(index - (rowEnd - Columns));
            }
        }

        RowStart.AsSpan(row + 1).Fill(next);
    }

    private void FillColumns()
    {
        foreach (var column in ColumnOf)
        {
            ColumnStart[column + 1]++;
        }

        for (var column = 0; column < Columns; column++)
        {
            ColumnStart[column + 1] += ColumnStart[column];
        }

        var next = ColumnStart[..^1];
        for (var row = 0; row < Rows; row++)
        {
            for (var k = RowStart[row]; k < RowStart[row + 1]; k++)
            {
                var place = next[ColumnOf[k]]++;
                RowOf[place] = row;
                PositionOf[place] = k;
            }
        }
    }

    // Pinned, so that kernels can hold raw pointers.
    private static int[] Pinned(int length) => GC.AllocateArray<int>(length, pinned: true);
}
