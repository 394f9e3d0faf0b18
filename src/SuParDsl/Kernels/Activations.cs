using System.Runtime.CompilerServices;

namespace SuParDsl.Kernels;

/// <summary>Activations and their derivatives over arrays whose length is a multiple of the vector's.</summary>
internal static unsafe class Activations<TSimd, V>
    where TSimd : struct, ISimd<V>
    where V : struct
{
    /// <summary>to = f(from). Both may be the same array.</summary>
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

    /// <summary>output = f(input) and slope = f′(input), in one pass because they share most of their work.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ApplyWithSlope(Nonlinearity function, float* input, float* output, float* slope, nint count)
    {
        const float InverseSqrtTwoPi = 0.3989422804f;
        var one = TSimd.Broadcast(1);
        for (nint i = 0; i < count; i += TSimd.Count)
        {
            var x = TSimd.Load(input + i);
            V value = x, derivative = one;
            switch (function)
            {
                case Nonlinearity.Relu:
                    // f′(0) = 0, as in PyTorch.
                    value = TSimd.Max(x, TSimd.Broadcast(0));
                    derivative = TSimd.Max(TSimd.Sign(x), TSimd.Broadcast(0));
                    break;
                case Nonlinearity.Gelu:
                    var cdf = NormalCdf(x);
                    var density = TSimd.Multiply(
                        Exp(TSimd.Multiply(TSimd.Multiply(x, x), TSimd.Broadcast(-0.5f))), TSimd.Broadcast(InverseSqrtTwoPi));
                    value = TSimd.Multiply(x, cdf);
                    derivative = TSimd.MultiplyAdd(x, density, cdf);
                    break;
                case Nonlinearity.Silu:
                    var sigmoid = Sigmoid(x);
                    value = TSimd.Multiply(x, sigmoid);
                    derivative = TSimd.Multiply(sigmoid, TSimd.MultiplyAdd(x, TSimd.Subtract(one, sigmoid), one));
                    break;
            }

            TSimd.Store(value, output + i);
            TSimd.Store(derivative, slope + i);
        }
    }

    /// <summary>to ← to·by.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* to, float* by, nint count)
    {
        for (nint i = 0; i < count; i += TSimd.Count)
        {
            TSimd.Store(TSimd.Multiply(TSimd.Load(to + i), TSimd.Load(by + i)), to + i);
        }
    }

    private static V Sigmoid(V x)
    {
        var one = TSimd.Broadcast(1);
        return TSimd.Divide(one, TSimd.Add(one, Exp(TSimd.Subtract(TSimd.Broadcast(0), x))));
    }

    /// <summary>eˣ, with x clamped to [−87, 88]. NaN stays NaN.</summary>
    // eˣ = 2ᵏ·eʳ with |r| ≤ ln 2/2, where seven terms of the series have an error of less than one unit in the last place.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp(V value)
    {
        const float Log2E = 1.44269504f, Ln2High = 0.693145752f, Ln2Low = 1.42860677e-6f, Lowest = -87, Highest = 88;
        var x = TSimd.Min(TSimd.Max(value, TSimd.Broadcast(Lowest)), TSimd.Broadcast(Highest));
        var k = TSimd.Round(TSimd.Multiply(x, TSimd.Broadcast(Log2E)));
        var r = TSimd.MultiplyAdd(k, TSimd.Broadcast(-Ln2High), x);
        r = TSimd.MultiplyAdd(k, TSimd.Broadcast(-Ln2Low), r);
        var p = TSimd.Broadcast(1f / 5040);
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(1f / 720));
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(1f / 120));
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(1f / 24));
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(1f / 6));
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(0.5f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(1));
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(1));
        return TSimd.Multiply(p, TSimd.PowerOfTwo(k));
    }

    // Φ(x) = (1 + erf(x/√2))/2.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V NormalCdf(V x)
    {
        const float InverseSqrtTwo = 0.7071067812f;
        var half = TSimd.Broadcast(0.5f);
        return TSimd.MultiplyAdd(Erf(TSimd.Multiply(x, TSimd.Broadcast(InverseSqrtTwo))), half, half);
    }

    // A rational approximation on [−4, 4], with an error of a few units in the last place. Outside, erf is ±1 in float32.
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
