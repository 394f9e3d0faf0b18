namespace SuParDsl.Kernels;

/// <summary>One sparse layer in a chain, as raw memory: y = f(x·Wᵀ + b), where f is the next layer's concern.</summary>
/// <param name="Pattern">Where its kept weights are.</param>
/// <param name="Values">The kept weights in CSR order.</param>
/// <param name="Bias">The bias, or null.</param>
internal unsafe readonly struct SparseStage(SparsePattern Pattern, float* Values, float* Bias)
{
    public SparsePattern Pattern { get; } = Pattern;

    public float* Values { get; } = Values;

    public float* Bias { get; } = Bias;

    /// <summary>The function after this layer; none after the last.</summary>
    public Nonlinearity After { get; init; }

    /// <summary>Where forward leaves this layer's output, in tiles, for backward: the input of <see cref="After"/>. Null where it does not.</summary>
    public float* Output { get; init; }

    /// <summary>Where backward leaves the gradient of the values; null where it is not wanted.</summary>
    public float* ValueGradient { get; init; }

    /// <summary>Where backward leaves the gradient of the bias; null without one.</summary>
    public float* BiasGradient { get; init; }
}
