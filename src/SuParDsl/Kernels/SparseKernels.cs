using System.Runtime.Intrinsics;

namespace SuParDsl.Kernels;

/// <summary>
/// Forward and backward passes of chains of sparse layers over raw memory. The inputs and outputs of a chain are row-major.
/// Between layers, activations stay feature-major and in cache. Results do not depend on the number of threads.
/// </summary>
internal abstract unsafe class SparseKernels
{
    /// <summary>The kernels for the widest vectors of this machine.</summary>
    public static SparseKernels Best { get; } = Of(SimdWidth.Widest);

    /// <summary>The kernels for vectors of 512, 256, 128 or 32 bits.</summary>
    public static SparseKernels Of(int bits) => bits switch
    {
        512 => new SparseKernels<Simd512, Vector512<float>>(),
        256 => new SparseKernels<Simd256, Vector256<float>>(),
        128 => new SparseKernels<Simd128, Vector128<float>>(),
        32 => new SparseKernels<SimdScalar, float>(),
        _ => throw new ArgumentOutOfRangeException(nameof(bits), bits, "there are kernels for 512, 256, 128 and 32 bits"),
    };

    /// <summary>The tiles of a batch.</summary>
    public abstract Tiles TilesOf(long batch);

    /// <summary>y = chain(x), both row-major.</summary>
    public abstract void Forward(SparseStage[] stages, float* x, float* y, long batch, int threads);

    /// <summary>
    /// Computes the gradients of the chain: each stage's <see cref="SparseStage.ValueGradient"/> and
    /// <see cref="SparseStage.BiasGradient"/>, and <paramref name="dx"/> unless it is null.
    /// </summary>
    public abstract void Backward(SparseStage[] stages, float* x, float* dy, float* dx, long batch, int threads);
}

/// <inheritdoc/>
internal sealed unsafe class SparseKernels<TSimd, V> : SparseKernels
    where TSimd : struct, ISimd<V>
    where V : struct
{
    // The activation after a product is applied to this many of its rows at once, while they are in the first-level cache.
    private const int RowsAtOnce = 32;

    public override Tiles TilesOf(long batch) => new(batch, TileKernels<TSimd, V>.Wide, TileKernels<TSimd, V>.Narrow);

    public override void Forward(SparseStage[] stages, float* x, float* y, long batch, int threads)
    {
        if (batch <= VectorKernels.MostExamples && Array.TrueForAll(stages, static stage => stage.Output is null))
        {
            ForwardVectors(stages, x, y, (int)batch, threads);
            return;
        }

        var tiles = TilesOf(batch);
        Workers.Run(tiles.Count, threads, MultiplyAdds(stages, batch), tile => ForwardTile(stages, tiles[tile], x, y));
    }

    public override void Backward(SparseStage[] stages, float* x, float* dy, float* dx, long batch, int threads)
    {
        var tiles = TilesOf(batch);
        var work = MultiplyAdds(stages, batch);
        using var transposed = Transposed(stages, withFirst: dx is not null, threads);

        // The batch is split into chunks with separate partial sums. Their number depends only on sizes, not on the number of
        // threads, and so do the results.
        var sums = (nint)stages.Sum(static stage => (long)SumsOf(stage));
        var chunks = Chunks(stages, tiles.Count, batch);
        using var partial = Scratch.Rent(checked(sums * (chunks - 1)));
        var others = partial.Floats;
        Workers.Run(chunks, threads, 2 * work, chunk =>
        {
            var own = new float*[2 * stages.Length];
            TakeSums(stages, chunk == 0 ? null : others + ((chunk - 1) * sums), own);
            var (first, end) = ((int)((long)tiles.Count * chunk / chunks), (int)((long)tiles.Count * (chunk + 1) / chunks));
            for (var tile = first; tile < end; tile++)
            {
                BackwardTile(stages, tiles[tile], x, dy, dx, transposed.Floats, own);
            }
        });
        AddSums(stages, others, sums, chunks - 1, threads);
    }

    private static double MultiplyAdds(SparseStage[] stages, long batch) =>
        stages.Sum(stage => (double)batch * (stage.Pattern.Count + stage.Pattern.Rows + stage.Pattern.Columns));

    private static nint Widest(SparseStage[] stages) =>
        stages.Max(static stage => Math.Max(stage.Pattern.Rows, stage.Pattern.Columns));

    private static void ForwardTile(SparseStage[] stages, (long Start, int Width, int Examples) tile, float* x, float* y)
    {
        var (start, width, examples) = tile;
        var room = Widest(stages) * width;
        using var scratch = Scratch.Rent(2 * room);
        float* input = scratch.Floats, spare = input + room;
        Packing<TSimd, V>.Pack(x + (start * stages[0].Pattern.Columns), examples, stages[0].Pattern.Columns, input, width);
        foreach (var stage in stages)
        {
            var rows = stage.Pattern.Rows;
            var output = stage.Output is null ? spare : stage.Output + (start * rows);
            fixed (int* begin = stage.Pattern.RowStart, index = stage.Pattern.ColumnOf)
            {
                for (var row = 0; row < rows; row += RowsAtOnce)
                {
                    var count = Math.Min(RowsAtOnce, rows - row);
                    var at = (nint)row * width;
                    TileKernels<TSimd, V>.Multiply(
                        width, begin + row, index, stage.Values, stage.Bias is null ? null : stage.Bias + row,
                        input, output + at, count);
                    Activations<TSimd, V>.Apply(stage.After, output + at, spare + at, (nint)count * width);
                }
            }

            var next = spare;
            spare = input;
            input = next;
        }

        Packing<TSimd, V>.Unpack(input, width, stages[^1].Pattern.Rows, y + (start * stages[^1].Pattern.Rows), examples);
    }

    // Nothing is kept for a backward pass. The rows of each stage are divided among the threads, because there is only one tile.
    private static void ForwardVectors(SparseStage[] stages, float* x, float* y, int batch, int threads)
    {
        const int RowsOfPiece = 256;
        var room = Scratch.Rounded(Widest(stages));
        using var scratch = Scratch.Rent(2 * room * batch);
        float* input = x, output = scratch.Floats;
        nint stride = stages[0].Pattern.Columns;
        for (var s = 0; s < stages.Length; s++)
        {
            var stage = stages[s];
            var (rows, isLast) = (stage.Pattern.Rows, s == stages.Length - 1);
            float* from = input, to = isLast ? y : output;
            nint fromStride = stride, toStride = isLast ? rows : room;
            var pieces = (rows + RowsOfPiece - 1) / RowsOfPiece;
            Workers.Run(pieces, threads, MultiplyAdds([stage], batch), piece =>
            {
                var first = piece * RowsOfPiece;
                var count = Math.Min(RowsOfPiece, rows - first);
                fixed (int* begin = stage.Pattern.RowStart, index = stage.Pattern.ColumnOf)
                {
                    for (var example = 0; example < batch; example++)
                    {
                        var target = to + (example * toStride) + first;
                        VectorKernels.Multiply(
                            begin + first, index, stage.Values, stage.Bias is null ? null : stage.Bias + first,
                            from + (example * fromStride), target, count);
                        if (!isLast)
                        {
                            Activations<TSimd, V>.Apply(stage.After, target, target, Scratch.Rounded(count));
                        }
                    }
                }
            });
            input = to;
            stride = toStride;
            output = output == scratch.Floats ? scratch.Floats + (room * batch) : scratch.Floats;
        }
    }

    private static void BackwardTile(
        SparseStage[] stages, (long Start, int Width, int Examples) tile, float* x, float* dy, float* dx,
        float* transposed, float*[] sums)
    {
        var (start, width, examples) = tile;
        var room = Widest(stages) * width;
        using var scratch = Scratch.Rent(4 * room);
        float* gradient = scratch.Floats, spare = gradient + room, input = spare + room, slope = input + room;
        Packing<TSimd, V>.Pack(dy + (start * stages[^1].Pattern.Rows), examples, stages[^1].Pattern.Rows, gradient, width);
        for (var s = stages.Length - 1; s >= 0; s--)
        {
            var stage = stages[s];
            var pattern = stage.Pattern;
            var before = s > 0 ? stages[s - 1].Output + (start * pattern.Columns) : null;
            if (s > 0)
            {
                Activations<TSimd, V>.ApplyWithSlope(stages[s - 1].After, before, input, slope, (nint)pattern.Columns * width);
            }
            else
            {
                Packing<TSimd, V>.Pack(x + (start * pattern.Columns), examples, pattern.Columns, input, width);
            }

            if (sums[2 * s] is not null || sums[(2 * s) + 1] is not null)
            {
                fixed (int* begin = pattern.RowStart, index = pattern.ColumnOf)
                {
                    TileKernels<TSimd, V>.Sample(
                        width, begin, index, input, gradient, sums[2 * s], sums[(2 * s) + 1], pattern.Rows);
                }
            }

            if (s > 0 || dx is not null)
            {
                fixed (int* begin = pattern.ColumnStart, index = pattern.RowOf)
                {
                    var values = transposed + TransposedStart(stages, s);
                    for (var row = 0; row < pattern.Columns; row += RowsAtOnce)
                    {
                        var count = Math.Min(RowsAtOnce, pattern.Columns - row);
                        var at = (nint)row * width;
                        TileKernels<TSimd, V>.Multiply(width, begin + row, index, values, null, gradient, spare + at, count);
                        if (s > 0)
                        {
                            Activations<TSimd, V>.Multiply(spare + at, slope + at, (nint)count * width);
                        }
                    }
                }

                var next = spare;
                spare = gradient;
                gradient = next;
            }
        }

        if (dx is not null)
        {
            Packing<TSimd, V>.Unpack(
                gradient, width, stages[0].Pattern.Columns, dx + (start * stages[0].Pattern.Columns), examples);
        }
    }

    // The values of all stages in CSC order, so that they are gathered once per step instead of once per tile.
    private static Scratch Transposed(SparseStage[] stages, bool withFirst, int threads)
    {
        var scratch = Scratch.Rent(TransposedStart(stages, stages.Length));
        for (var s = withFirst ? 0 : 1; s < stages.Length; s++)
        {
            var stage = stages[s];
            var to = scratch.Floats + TransposedStart(stages, s);
            const int Piece = 1 << 16;
            var count = stage.Pattern.Count;
            Workers.Run((int)(((long)count + Piece - 1) / Piece), threads, 4.0 * count, piece =>
            {
                var position = stage.Pattern.PositionOf;
                for (var k = piece * Piece; k < Math.Min(count, (piece + 1L) * Piece); k++)
                {
                    to[k] = stage.Values[position[k]];
                }
            });
        }

        return scratch;
    }

    private static nint TransposedStart(SparseStage[] stages, int end)
    {
        nint start = 0;
        for (var s = 0; s < end; s++)
        {
            start += Scratch.Rounded(stages[s].Pattern.Count);
        }

        return start;
    }

    // The number of chunks that keeps the partial sums no larger than the activations: at least two and at most one per tile.
    private static int Chunks(SparseStage[] stages, int tiles, long batch)
    {
        var activations = stages.Sum(stage => (double)batch * (stage.Pattern.Rows + stage.Pattern.Columns));
        var values = stages.Sum(static stage => (double)stage.Pattern.Count) + 1;
        return (int)Math.Clamp(activations / values, 2, Math.Max(2, Math.Min(tiles, 64))) is var chunks && chunks > tiles
            ? Math.Max(1, tiles)
            : chunks;
    }

    private static nint SumsOf(SparseStage stage) =>
        (stage.ValueGradient is null ? 0 : Scratch.Rounded(stage.Pattern.Count))
        + (stage.BiasGradient is null ? 0 : Scratch.Rounded(stage.Pattern.Rows));

    // The first chunk accumulates into the gradients themselves, the others into scratch memory.
    private static void TakeSums(SparseStage[] stages, float* scratch, float*[] sums)
    {
        for (var s = 0; s < stages.Length; s++)
        {
            var (count, rows) = (stages[s].Pattern.Count, stages[s].Pattern.Rows);
            sums[2 * s] = Take(stages[s].ValueGradient, count, ref scratch);
            sums[(2 * s) + 1] = Take(stages[s].BiasGradient, rows, ref scratch);
        }

        static float* Take(float* gradient, int count, ref float* scratch)
        {
            if (gradient is null)
            {
                return null;
            }

            var to = scratch is null ? gradient : scratch;
            new Span<float>(to, count).Clear();
            scratch = scratch is null ? null : scratch + Scratch.Rounded(count);
            return to;
        }
    }

    private static void AddSums(SparseStage[] stages, float* others, nint stride, int count, int threads)
    {
        if (count == 0)
        {
            return;
        }

        nint offset = 0;
        foreach (var stage in stages)
        {
            Add(stage.ValueGradient, stage.Pattern.Count);
            Add(stage.BiasGradient, stage.Pattern.Rows);
        }

        void Add(float* gradient, int length)
        {
            if (gradient is null)
            {
                return;
            }

            const int Piece = 1 << 14;
            var from = others + offset;
            Workers.Run((int)(((long)length + Piece - 1) / Piece), threads, (double)length * count, piece =>
            {
                var first = piece * Piece;
                var last = (int)Math.Min(length, (piece + 1L) * Piece);
                for (var chunk = 0; chunk < count; chunk++)
                {
                    var add = from + (chunk * stride);
                    var k = first;
                    for (; k + TSimd.Count <= last; k += TSimd.Count)
                    {
                        TSimd.Store(TSimd.Add(TSimd.Load(gradient + k), TSimd.Load(add + k)), gradient + k);
                    }

                    for (; k < last; k++)
                    {
                        gradient[k] += add[k];
                    }
                }
            });
            offset += Scratch.Rounded(length);
        }
    }
}
