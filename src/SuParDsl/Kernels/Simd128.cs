using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SuParDsl.Kernels;

/// <summary>Vectors of 4 floats.</summary>
internal readonly unsafe struct Simd128 : ISimd<Vector128<float>>
{
    public static int Count => Vector128<float>.Count;

    public static Vector128<float> Load(float* from) => Vector128.Load(from);

    public static void Store(Vector128<float> value, float* to) => value.Store(to);

    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    public static Vector128<float> Subtract(Vector128<float> a, Vector128<float> b) => a - b;

    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => a * b;

    public static Vector128<float> Divide(Vector128<float> a, Vector128<float> b) => a / b;

    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        Vector128.MultiplyAddEstimate(a, b, c);

    public static Vector128<float> Sqrt(Vector128<float> value) => Vector128.Sqrt(value);

    public static Vector128<float> Round(Vector128<float> value) => Vector128.Round(value);

    public static Vector128<float> PowerOfTwo(Vector128<float> exponent) =>
        ((Vector128.ConvertToInt32Native(exponent) + Vector128.Create(127)) << 23).AsSingle();

    public static Vector128<float> Min(Vector128<float> a, Vector128<float> b) => Vector128.Min(a, b);

    public static Vector128<float> Max(Vector128<float> a, Vector128<float> b) => Vector128.Max(a, b);

    public static float Sum(Vector128<float> value) => Vector128.Sum(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddSums(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d, float* to)
    {
        // Interleave and add the vectors in pairs, then combine the two results.
        var ab = Vector128.Add(Interleave(a, b, low: true), Interleave(a, b, low: false));
        var cd = Vector128.Add(Interleave(c, d, low: true), Interleave(c, d, low: false));
        var low = Vector128.Create(ab.GetLower(), cd.GetLower());
        var high = Vector128.Create(ab.GetUpper(), cd.GetUpper());
        (Vector128.Load(to) + (low + high)).Store(to);
    }

    public static Vector128<float> Sign(Vector128<float> value) =>
        Vector128.ConditionalSelect(
            Vector128.Equals(value, Vector128<float>.Zero), value, Vector128.CopySign(Vector128<float>.One, value));

    public static Vector128<float> Keep(Vector128<float> value, uint bits)
    {
        var lane = Vector128.Create(1, 2, 4, 8);
        return value & Vector128.Equals(Vector128.Create((int)bits) & lane, lane).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Interleave(Vector128<float> a, Vector128<float> b, bool low) => (Sse.IsSupported, low) switch
    {
        (true, true) => Sse.UnpackLow(a, b),
        (true, false) => Sse.UnpackHigh(a, b),
        (false, true) => Vector128.Create(a[0], b[0], a[1], b[1]),
        (false, false) => Vector128.Create(a[2], b[2], a[3], b[3]),
    };

    public static void Transpose(float* from, nint fromStride, float* to, nint toStride)
    {
        for (var row = 0; row < Count; row++)
        {
            for (var column = 0; column < Count; column++)
            {
                to[(column * toStride) + row] = from[(row * fromStride) + column];
            }
        }
    }
}
