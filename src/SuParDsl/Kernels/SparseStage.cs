namespace SuParDsl.Kernels;

/// <summary>One sparse layer in a chain, as raw memory: y = f(x·Wᵀ + b), where f is applied by the next layer.</summary>
/// <param name="Pattern">The positions of its kept weights.</param>
/// <param name="Values">The kept weights in CSR order.</param>
/// <param name="Bias">The bias, or null.</param>
internal unsafe readonly struct SparseStage(SparsePattern Pattern, float* Values, float* Bias)
{
    public SparsePattern Pattern { get; } = Pattern;

    public float* Values { get; } = Values;

    public float* Bias { get; } = Bias;

    /// <summary>The activation after this layer; <see cref="Nonlinearity.None"/> after the last one.</summary>
    public Nonlinearity After { get; init; }

    /// <summary>
    /// Where the forward pass stores this layer's output, the input of <see cref="After"/>, in
    /// tiles for the backward pass. Null if it is not stored.
    /// </summary>
    public float* Output { get; init; }

    /// <summary>Where the backward pass stores the gradient of the values; null if it is not needed.</summary>
    public float* ValueGradient { get; init; }

    /// <summary>Where the backward pass stores the gradient of the bias; null if there is no bias.</summary>
    public float* BiasGradient { get; init; }
}
