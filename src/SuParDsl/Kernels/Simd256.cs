using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SuParDsl.Kernels;

/// <summary>Vectors of 8 floats.</summary>
internal readonly unsafe struct Simd256 : ISimd<Vector256<float>>
{
    public static int Count => Vector256<float>.Count;

    public static Vector256<float> Load(float* from) => Vector256.Load(from);

    public static void Store(Vector256<float> value, float* to) => value.Store(to);

    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    public static Vector256<float> Subtract(Vector256<float> a, Vector256<float> b) => a - b;

    public static Vector256<float> Multiply(Vector256<float> a, Vector256<float> b) => a * b;

    public static Vector256<float> Divide(Vector256<float> a, Vector256<float> b) => a / b;

    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Vector256.MultiplyAddEstimate(a, b, c);

    public static Vector256<float> Sqrt(Vector256<float> value) => Vector256.Sqrt(value);

    public static Vector256<float> Round(Vector256<float> value) => Vector256.Round(value);

    public static Vector256<float> PowerOfTwo(Vector256<float> exponent) =>
        ((Vector256.ConvertToInt32Native(exponent) + Vector256.Create(127)) << 23).AsSingle();

    public static Vector256<float> Min(Vector256<float> a, Vector256<float> b) => Vector256.Min(a, b);

    public static Vector256<float> Max(Vector256<float> a, Vector256<float> b) => Vector256.Max(a, b);

    public static float Sum(Vector256<float> value) => Simd128.Sum(value.GetLower() + value.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddSums(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d, float* to)
    {
        if (!Avx.IsSupported)
        {
            Simd128.AddSums(Half(a), Half(b), Half(c), Half(d), to);
            return;
        }

        var ab = Avx.UnpackLow(a, b) + Avx.UnpackHigh(a, b);
        var cd = Avx.UnpackLow(c, d) + Avx.UnpackHigh(c, d);
        var sums = Half(Avx.Shuffle(ab, cd, LowPairs) + Avx.Shuffle(ab, cd, HighPairs));
        (Vector128.Load(to) + sums).Store(to);
    }

    public static Vector256<float> Sign(Vector256<float> value) =>
        Vector256.ConditionalSelect(
            Vector256.Equals(value, Vector256<float>.Zero), value, Vector256.CopySign(Vector256<float>.One, value));

    public static Vector256<float> Keep(Vector256<float> value, uint bits)
    {
        var lane = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);
        return value & Vector256.Equals(Vector256.Create((int)bits) & lane, lane).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(float* from, nint fromStride, float* to, nint toStride)
    {
        if (!Avx.IsSupported)
        {
            TransposeSlowly(from, fromStride, to, toStride);
            return;
        }

        var (r0, r1) = (Load(from), Load(from + fromStride));
        var (r2, r3) = (Load(from + (2 * fromStride)), Load(from + (3 * fromStride)));
        var (r4, r5) = (Load(from + (4 * fromStride)), Load(from + (5 * fromStride)));
        var (r6, r7) = (Load(from + (6 * fromStride)), Load(from + (7 * fromStride)));

        // Interleave pairs of rows, then groups of four, and then swap the 128-bit halves.
        var (p0, p1) = (Avx.UnpackLow(r0, r1), Avx.UnpackHigh(r0, r1));
        var (p2, p3) = (Avx.UnpackLow(r2, r3), Avx.UnpackHigh(r2, r3));
        var (p4, p5) = (Avx.UnpackLow(r4, r5), Avx.UnpackHigh(r4, r5));
        var (p6, p7) = (Avx.UnpackLow(r6, r7), Avx.UnpackHigh(r6, r7));
        var (q0, q1) = (Avx.Shuffle(p0, p2, LowPairs), Avx.Shuffle(p0, p2, HighPairs));
        var (q2, q3) = (Avx.Shuffle(p1, p3, LowPairs), Avx.Shuffle(p1, p3, HighPairs));
        var (q4, q5) = (Avx.Shuffle(p4, p6, LowPairs), Avx.Shuffle(p4, p6, HighPairs));
        var (q6, q7) = (Avx.Shuffle(p5, p7, LowPairs), Avx.Shuffle(p5, p7, HighPairs));

        Store(Avx.Permute2x128(q0, q4, LowHalves), to);
        Store(Avx.Permute2x128(q1, q5, LowHalves), to + toStride);
        Store(Avx.Permute2x128(q2, q6, LowHalves), to + (2 * toStride));
        Store(Avx.Permute2x128(q3, q7, LowHalves), to + (3 * toStride));
        Store(Avx.Permute2x128(q0, q4, HighHalves), to + (4 * toStride));
        Store(Avx.Permute2x128(q1, q5, HighHalves), to + (5 * toStride));
        Store(Avx.Permute2x128(q2, q6, HighHalves), to + (6 * toStride));
        Store(Avx.Permute2x128(q3, q7, HighHalves), to + (7 * toStride));
    }

    private const byte LowPairs = 0x44, HighPairs = 0xEE, LowHalves = 0x20, HighHalves = 0x31;

    private static Vector128<float> Half(Vector256<float> value) => value.GetLower() + value.GetUpper();

    private static void TransposeSlowly(float* from, nint fromStride, float* to, nint toStride)
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
