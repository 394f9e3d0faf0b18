using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SuParDsl.Kernels;

/// <summary>
/// Cross-entropy over raw memory, row by row. The forward pass keeps only log Σ exp of each row, and the backward pass recomputes
/// the softmax in place of its gradient.
/// </summary>
internal abstract unsafe class CrossEntropyKernels
{
    /// <summary>The kernels for the widest vectors of this machine.</summary>
    public static CrossEntropyKernels Best { get; } = Of(SimdWidth.Widest);

    /// <summary>The kernels for vectors of 512, 256, 128 or 32 bits.</summary>
    public static CrossEntropyKernels Of(int bits) => bits switch
    {
        512 => new CrossEntropyKernels<Simd512, Vector512<float>>(),
        256 => new CrossEntropyKernels<Simd256, Vector256<float>>(),
        128 => new CrossEntropyKernels<Simd128, Vector128<float>>(),
        32 => new CrossEntropyKernels<SimdScalar, float>(),
        _ => throw new ArgumentOutOfRangeException(nameof(bits), bits, "there are kernels for 512, 256, 128 and 32 bits"),
    };

    /// <summary>log Σ exp of every row.</summary>
    public abstract void LogSumExp(float* logits, float* logSums, long rows, long classes, int threads);

    /// <summary>scale·(softmax − target) of every row; 0 for rows whose target is <paramref name="ignored"/>.</summary>
    public abstract void Gradient(
        float* logits, float* logSums, long* targets, long ignored, float* gradient, long rows, long classes,
        float scale, int threads);
}

/// <inheritdoc/>
internal sealed unsafe class CrossEntropyKernels<TSimd, V> : CrossEntropyKernels
    where TSimd : struct, ISimd<V>
    where V : struct
{
    // The smallest piece of work, in numbers, that is worth handing to a thread.
    private const long PieceNumbers = 1 << 14, WorkOfExp = 12;

    public override void LogSumExp(float* logits, float* logSums, long rows, long classes, int threads) => ForRows(
        rows, classes, threads, row => logSums[row] = LogSumExp(logits + (row * classes), classes));

    public override void Gradient(
        float* logits, float* logSums, long* targets, long ignored, float* gradient, long rows, long classes, float scale,
        int threads) => ForRows(
        rows, classes, threads, row =>
        {
            var to = gradient + (row * classes);
            if (targets[row] == ignored)
            {
                NativeMemory.Clear(to, checked((nuint)(classes * sizeof(float))));
                return;
            }

            Softmax(logits + (row * classes), to, classes, logSums[row], scale);
            to[targets[row]] -= scale;
        });

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float LogSumExp(float* from, long count)
    {
        // The tail is processed as a vector that is padded with −∞.
        var whole = count - (count % TSimd.Count);
        var tail = stackalloc float[TSimd.Count];
        new Span<float>(tail, TSimd.Count).Fill(float.NegativeInfinity);
        new ReadOnlySpan<float>(from + whole, (int)(count - whole)).CopyTo(new(tail, TSimd.Count));
        var largest = TSimd.Load(tail);
        for (long i = 0; i < whole; i += TSimd.Count)
        {
            largest = TSimd.Max(largest, TSimd.Load(from + i));
        }

        var lanes = stackalloc float[TSimd.Count];
        TSimd.Store(largest, lanes);
        var max = lanes[0];
        for (var lane = 1; lane < TSimd.Count; lane++)
        {
            max = MathF.Max(max, lanes[lane]);
        }

        if (!float.IsFinite(max))
        {
            // All logits are −∞, or one is NaN or +∞, so the loss is NaN.
            return float.NaN;
        }

        var (shift, sum) = (TSimd.Broadcast(-max), TSimd.Broadcast(0));
        for (long i = 0; i < whole; i += TSimd.Count)
        {
            sum = TSimd.Add(sum, Activations<TSimd, V>.Exp(TSimd.Add(TSimd.Load(from + i), shift)));
        }

        sum = TSimd.Add(sum, Activations<TSimd, V>.Exp(TSimd.Add(TSimd.Load(tail), shift)));
        return max + MathF.Log(TSimd.Sum(sum));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Softmax(float* from, float* to, long count, float logSum, float scale)
    {
        var (shift, factor) = (TSimd.Broadcast(-logSum), TSimd.Broadcast(scale));
        var whole = count - (count % TSimd.Count);
        for (long i = 0; i < whole; i += TSimd.Count)
        {
            TSimd.Store(TSimd.Multiply(factor, Activations<TSimd, V>.Exp(TSimd.Add(TSimd.Load(from + i), shift))), to + i);
        }

        var tail = stackalloc float[TSimd.Count];
        var left = (int)(count - whole);
        new Span<float>(tail, TSimd.Count).Clear();
        new ReadOnlySpan<float>(from + whole, left).CopyTo(new(tail, TSimd.Count));
        TSimd.Store(TSimd.Multiply(factor, Activations<TSimd, V>.Exp(TSimd.Add(TSimd.Load(tail), shift))), tail);
        new ReadOnlySpan<float>(tail, left).CopyTo(new(to + whole, left));
    }

    private static void ForRows(long rows, long classes, int threads, Action<long> body)
    {
        var pieces = (int)Math.Clamp(rows * classes / PieceNumbers, 1, Math.Min(rows, 1 << 10));
        Workers.Run(pieces, threads, (double)rows * classes * WorkOfExp, piece =>
        {
            for (var row = rows * piece / pieces; row < rows * (piece + 1) / pieces; row++)
            {
                body(row);
            }
        });
    }
}
