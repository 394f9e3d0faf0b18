using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SuParDsl.Kernels;

/// <summary>Vectors of 16 floats.</summary>
internal readonly unsafe struct Simd512 : ISimd<Vector512<float>>
{
    public static int Count => Vector512<float>.Count;

    public static Vector512<float> Load(float* from) => Vector512.Load(from);

    public static void Store(Vector512<float> value, float* to) => value.Store(to);

    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    public static Vector512<float> Subtract(Vector512<float> a, Vector512<float> b) => a - b;

    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    public static Vector512<float> Divide(Vector512<float> a, Vector512<float> b) => a / b;

    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Vector512.MultiplyAddEstimate(a, b, c);

    public static Vector512<float> Sqrt(Vector512<float> value) => Vector512.Sqrt(value);

    public static Vector512<float> Round(Vector512<float> value) => Vector512.Round(value);

    public static Vector512<float> PowerOfTwo(Vector512<float> exponent) =>
        ((Vector512.ConvertToInt32Native(exponent) + Vector512.Create(127)) << 23).AsSingle();

    public static Vector512<float> Min(Vector512<float> a, Vector512<float> b) => Vector512.Min(a, b);

    public static Vector512<float> Max(Vector512<float> a, Vector512<float> b) => Vector512.Max(a, b);

    public static float Sum(Vector512<float> value) => Simd256.Sum(Half(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddSums(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* to) =>
        Simd256.AddSums(Half(a), Half(b), Half(c), Half(d), to);

    public static Vector512<float> Sign(Vector512<float> value) =>
        Vector512.ConditionalSelect(
            Vector512.Equals(value, Vector512<float>.Zero), value, Vector512.CopySign(Vector512<float>.One, value));

    public static Vector512<float> Keep(Vector512<float> value, uint bits)
    {
        var lane = Vector512.Create(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);
        return value & Vector512.Equals(Vector512.Create((int)bits) & lane, lane).AsSingle();
    }

    // Four 8 × 8 transposes are as fast as one 16 × 16 transpose, which needs as many but wider shuffles.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(float* from, nint fromStride, float* to, nint toStride)
    {
        Simd256.Transpose(from, fromStride, to, toStride);
        Simd256.Transpose(from + 8, fromStride, to + (8 * toStride), toStride);
        Simd256.Transpose(from + (8 * fromStride), fromStride, to + 8, toStride);
        Simd256.Transpose(from + (8 * fromStride) + 8, fromStride, to + (8 * toStride) + 8, toStride);
    }

    private static Vector256<float> Half(Vector512<float> value) => value.GetLower() + value.GetUpper();
}
