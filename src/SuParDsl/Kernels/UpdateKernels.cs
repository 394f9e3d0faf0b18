using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SuParDsl.Kernels;

/// <summary>Updates of contiguous weights with their gradients and moments, vectorized for this machine.</summary>
internal abstract unsafe class UpdateKernels
{
    /// <summary>The kernels for the widest vectors of this machine.</summary>
    public static UpdateKernels Best { get; } = Of(SimdWidth.Widest);

    /// <summary>The kernels for vectors of 512, 256, 128 or 32 bits.</summary>
    public static UpdateKernels Of(int bits) => bits switch
    {
        512 => new UpdateKernels<Simd512, Vector512<float>>(),
        256 => new UpdateKernels<Simd256, Vector256<float>>(),
        128 => new UpdateKernels<Simd128, Vector128<float>>(),
        32 => new UpdateKernels<SimdScalar, float>(),
        _ => throw new ArgumentOutOfRangeException(nameof(bits), bits, "there are kernels for 512, 256, 128 and 32 bits"),
    };

    /// <summary>Updates weights by a rule. Masked weights and their moments do not change.</summary>
    /// <param name="c">The constants of the update.</param>
    /// <param name="run">The weights.</param>
    public abstract void Update<TRule>(in UpdateConstants c, in UpdateRun run) where TRule : struct, IUpdateRule;

    /// <summary>
    /// The sum of squares of unmasked gradients. Sets masked ones to zero if <paramref name="zeroMasked"/> is true.
    /// </summary>
    public abstract double SumOfSquares(in UpdateRun run, bool zeroMasked);

    /// <summary>Multiplies gradients by a factor.</summary>
    public abstract void Scale(in UpdateRun run, float factor);
}

/// <summary>Contiguous weights with their gradients, moments and mask.</summary>
/// <param name="Weights">The weights.</param>
/// <param name="Gradients">Their gradients.</param>
/// <param name="First">Their first moments; null if the rule has none.</param>
/// <param name="Second">Their second moments; null if the rule has none.</param>
/// <param name="Mask">One bit per weight, starting at a word boundary; null if all weights are kept.</param>
/// <param name="Count">The number of weights.</param>
internal readonly unsafe struct UpdateRun(float* Weights, float* Gradients, float* First, float* Second, ulong* Mask, nint Count)
{
    public readonly float* Weights = Weights, Gradients = Gradients, First = First, Second = Second;
    public readonly ulong* Mask = Mask;
    public readonly nint Count = Count;
}

/// <inheritdoc/>
internal sealed unsafe class UpdateKernels<TSimd, V> : UpdateKernels
    where TSimd : struct, ISimd<V>
    where V : struct
{
    public override void Update<TRule>(in UpdateConstants c, in UpdateRun run)
    {
        var whole = run.Count - (run.Count % TSimd.Count);
        Update<TRule, TSimd, V>(c, run, 0, whole);
        Update<TRule, SimdScalar, float>(c, run, whole, run.Count);
    }

    public override double SumOfSquares(in UpdateRun run, bool zeroMasked)
    {
        var whole = run.Count - (run.Count % TSimd.Count);
        return SumOfSquares<TSimd, V>(run, 0, whole, zeroMasked)
            + SumOfSquares<SimdScalar, float>(run, whole, run.Count, zeroMasked);
    }

    public override void Scale(in UpdateRun run, float factor)
    {
        var g = run.Gradients;
        nint i = 0;
        for (; i + TSimd.Count <= run.Count; i += TSimd.Count)
        {
            TSimd.Store(TSimd.Multiply(TSimd.Load(g + i), TSimd.Broadcast(factor)), g + i);
        }

        for (; i < run.Count; i++)
        {
            g[i] *= factor;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Update<TRule, TS, T>(in UpdateConstants c, in UpdateRun run, nint start, nint end)
        where TRule : struct, IUpdateRule
        where TS : struct, ISimd<T>
        where T : struct
    {
        var constants = c;
        var mask = run.Mask;
        float* w = run.Weights, g = run.Gradients, m = run.First, v = run.Second;
        T first = default, second = default;
        for (var i = start; i < end; i += TS.Count)
        {
            var gradient = TS.Load(g + i);
            if (mask is not null)
            {
                var bits = Bits<TS, T>(mask, i);
                gradient = TS.Keep(gradient, bits);
                if (bits == 0)
                {
                    // All weights of the vector are masked: they and their moments are zero and stay zero.
                    continue;
                }
            }

            if (TRule.Moments > 0)
            {
                first = TS.Load(m + i);
            }

            if (TRule.Moments > 1)
            {
                second = TS.Load(v + i);
            }

            var weight = TS.Load(w + i);
            TRule.Update<TS, T>(
                constants, ref weight, TS.Multiply(gradient, TS.Broadcast(constants.GradientScale)), ref first, ref second);
            TS.Store(weight, w + i);
            if (TRule.Moments > 0)
            {
                TS.Store(first, m + i);
            }

            if (TRule.Moments > 1)
            {
                TS.Store(second, v + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double SumOfSquares<TS, T>(in UpdateRun run, nint start, nint end, bool zeroMasked)
        where TS : struct, ISimd<T>
        where T : struct
    {
        float* g = run.Gradients;
        var mask = run.Mask;
        var sum = TS.Broadcast(0);
        for (var i = start; i < end; i += TS.Count)
        {
            var gradient = TS.Load(g + i);
            if (mask is not null)
            {
                gradient = TS.Keep(gradient, Bits<TS, T>(mask, i));
                if (zeroMasked)
                {
                    TS.Store(gradient, g + i);
                }
            }

            sum = TS.MultiplyAdd(gradient, gradient, sum);
        }

        return TS.Sum(sum);
    }

    // A vector never spans two words, because runs start at a word boundary and a vector's length divides 64.
    private static uint Bits<TS, T>(ulong* mask, nint i)
        where TS : struct, ISimd<T>
        where T : struct =>
        (uint)(mask[i >> 6] >> (int)(i & 63)) & ((1u << TS.Count) - 1);
}
