using System.Runtime.CompilerServices;

namespace SuParDsl.Kernels;

/// <summary>Activations and their derivatives over runs of floats whose length is a multiple of the vector's.</summary>
internal static unsafe class Activations<TSimd, V>
    where TSimd : struct, ISimd<V>
    where V : struct
{
    /// <summary>to = f(from); they may be the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(Nonlinearity function, float* from, float* to, nint count)
    {
        switch (function)
        {
            case Nonlinearity.Relu:
                for (nint i = 0; i < count; i += TSimd.Count)
                {
                    TSimd.Store(TSimd.Max(TSimd.Load(from + i), TSimd.Broadcast(0)), to + i);
                }

                break;
            case Nonlinearity.Gelu:
                for (nint i = 0; i < count; i += TSimd.Count)
                {
                    var x = TSimd.Load(from + i);
                    TSimd.Store(TSimd.Multiply(x, NormalCdf(x)), to + i);
                }

                break;
            case Nonlinearity.Silu:
                for (nint i = 0; i < count; i += TSimd.Count)
                {
                    var x = TSimd.Load(from + i);
                    TSimd.Store(TSimd.Multiply(x, Sigmoid(x)), to + i);
                }

                break;
            default:
                if (from != to)
                {
                    Buffer.MemoryCopy(from, to, count * sizeof(float), count * sizeof(float));
                }

                break;
        }
    }

    /// <summary>gradient ← gradient·f′(input).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyByDerivative(Nonlinearity function, float* input, float* gradient, nint count)
    {
        switch (function)
        {
            case Nonlinearity.Relu:
                for (nint i = 0; i < count; i += TSimd.Count)
                {
                    // f′(0) = 0, as in PyTorch.
                    var step = TSimd.Max(TSimd.Sign(TSimd.Load(input + i)), TSimd.Broadcast(0));
                    TSimd.Store(TSimd.Multiply(TSimd.Load(gradient + i), step), gradient + i);
                }

                break;
            case Nonlinearity.Gelu:
                for (nint i = 0; i < count; i += TSimd.Count)
                {
                    var x = TSimd.Load(input + i);
                    const float InverseSqrtTwoPi = 0.3989422804f;
                    var density = TSimd.Multiply(
                        TSimd.Exp(TSimd.Multiply(TSimd.Multiply(x, x), TSimd.Broadcast(-0.5f))), TSimd.Broadcast(InverseSqrtTwoPi));
                    var slope = TSimd.MultiplyAdd(x, density, NormalCdf(x));
                    TSimd.Store(TSimd.Multiply(TSimd.Load(gradient + i), slope), gradient + i);
                }

                break;
            case Nonlinearity.Silu:
                for (nint i = 0; i < count; i += TSimd.Count)
                {
                    var x = TSimd.Load(input + i);
                    var sigmoid = Sigmoid(x);
                    var one = TSimd.Broadcast(1);
                    var slope = TSimd.Multiply(sigmoid, TSimd.MultiplyAdd(x, TSimd.Subtract(one, sigmoid), one));
                    TSimd.Store(TSimd.Multiply(TSimd.Load(gradient + i), slope), gradient + i);
                }

                break;
        }
    }

    private static V Sigmoid(V x)
    {
        var one = TSimd.Broadcast(1);
        return TSimd.Divide(one, TSimd.Add(one, TSimd.Exp(TSimd.Subtract(TSimd.Broadcast(0), x))));
    }

    // Φ(x) = (1 + erf(x/√2))/2.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V NormalCdf(V x)
    {
        const float InverseSqrtTwo = 0.7071067812f;
        var half = TSimd.Broadcast(0.5f);
        return TSimd.MultiplyAdd(Erf(TSimd.Multiply(x, TSimd.Broadcast(InverseSqrtTwo))), half, half);
    }

    // A rational approximation on [−4, 4], outside of which erf is ±1 in float32: its error is a few units in the last place.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Erf(V value)
    {
        var x = TSimd.Min(TSimd.Max(value, TSimd.Broadcast(-4)), TSimd.Broadcast(4));
        var x2 = TSimd.Multiply(x, x);
        var p = TSimd.Broadcast(-2.72614225801306e-10f);
        p = TSimd.MultiplyAdd(p, x2, TSimd.Broadcast(2.77068142495902e-08f));
        p = TSimd.MultiplyAdd(p, x2, TSimd.Broadcast(-2.10102402082508e-06f));
        p = TSimd.MultiplyAdd(p, x2, TSimd.Broadcast(-5.69250639462346e-05f));
        p = TSimd.MultiplyAdd(p, x2, TSimd.Broadcast(-7.34990630326855e-04f));
        p = TSimd.MultiplyAdd(p, x2, TSimd.Broadcast(-2.95459980854025e-03f));
        p = TSimd.MultiplyAdd(p, x2, TSimd.Broadcast(-1.60960333262415e-02f));
        var q = TSimd.Broadcast(-1.45660718464996e-05f);
        q = TSimd.MultiplyAdd(q, x2, TSimd.Broadcast(-2.13374055278905e-04f));
        q = TSimd.MultiplyAdd(q, x2, TSimd.Broadcast(-1.68282697438203e-03f));
        q = TSimd.MultiplyAdd(q, x2, TSimd.Broadcast(-7.37332916720468e-03f));
        q = TSimd.MultiplyAdd(q, x2, TSimd.Broadcast(-1.42647390514189e-02f));
        return TSimd.Divide(TSimd.Multiply(x, p), q);
    }
}
