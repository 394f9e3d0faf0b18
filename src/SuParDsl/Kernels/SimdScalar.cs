namespace SuParDsl.Kernels;

/// <summary>Processes one float at a time, on any machine.</summary>
internal readonly unsafe struct SimdScalar : ISimd<float>
{
    public static int Count => 1;

    public static float Load(float* from) => *from;

    public static void Store(float value, float* to) => *to = value;

    public static float Broadcast(float value) => value;

    public static float Add(float a, float b) => a + b;

    public static float Subtract(float a, float b) => a - b;

    public static float Multiply(float a, float b) => a * b;

    public static float Divide(float a, float b) => a / b;

    public static float MultiplyAdd(float a, float b, float c) => float.MultiplyAddEstimate(a, b, c);

    public static float Sqrt(float value) => MathF.Sqrt(value);

    public static float Round(float value) => MathF.Round(value);

    public static float PowerOfTwo(float exponent) => BitConverter.Int32BitsToSingle(((int)exponent + 127) << 23);

    public static float Min(float a, float b) => MathF.Min(a, b);

    public static float Max(float a, float b) => MathF.Max(a, b);

    public static float Sum(float value) => value;

    public static void AddSums(float a, float b, float c, float d, float* to)
    {
        to[0] += a;
        to[1] += b;
        to[2] += c;
        to[3] += d;
    }

    public static float Sign(float value) => float.IsNaN(value) ? value : MathF.Sign(value);

    public static float Keep(float value, uint bits) => (bits & 1) != 0 ? value : 0;

    public static void Transpose(float* from, nint fromStride, float* to, nint toStride) => *to = *from;
}
