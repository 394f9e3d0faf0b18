namespace SuParDsl.Kernels;

/// <summary>
/// Operations on vectors of one width. Kernels are written once, generic over this interface. The compiler generates one copy per
/// width, in which every call below becomes one instruction or a constant.
/// </summary>
/// <typeparam name="V">The vector type.</typeparam>
internal unsafe interface ISimd<V> where V : struct
{
    /// <summary>The number of floats in a vector.</summary>
    static abstract int Count { get; }

    static abstract V Load(float* from);

    static abstract void Store(V value, float* to);

    static abstract V Broadcast(float value);

    static abstract V Add(V a, V b);

    static abstract V Subtract(V a, V b);

    static abstract V Multiply(V a, V b);

    static abstract V Divide(V a, V b);

    /// <summary>a·b + c, fused into one instruction if the machine supports it.</summary>
    static abstract V MultiplyAdd(V a, V b, V c);

    static abstract V Sqrt(V value);

    static abstract V Round(V value);

    /// <summary>2 to the power of integers in [−126, 127].</summary>
    static abstract V PowerOfTwo(V exponent);

    static abstract V Min(V a, V b);

    static abstract V Max(V a, V b);

    /// <summary>The sum of a vector's floats, always in the same order.</summary>
    static abstract float Sum(V value);

    /// <summary>Adds the sums of four vectors to four floats. Cheaper than calling <see cref="Sum"/> four times.</summary>
    static abstract void AddSums(V a, V b, V c, V d, float* to);

    /// <summary>The sign of each float: −1, 0 or 1.</summary>
    static abstract V Sign(V value);

    /// <summary>Keeps the floats whose bit is set and sets the others to zero. Bit i belongs to float i.</summary>
    static abstract V Keep(V value, uint bits);

    /// <summary>Transposes Count × Count floats between rows of given strides.</summary>
    static abstract void Transpose(float* from, nint fromStride, float* to, nint toStride);
}
