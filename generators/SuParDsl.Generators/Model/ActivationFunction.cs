namespace SuParDsl.Generators.Model;

/// <summary>The activation functions of the flow language, under the names by which a flow calls them.</summary>
internal enum ActivationFunction
{
    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>x Φ(x).</summary>
    Gelu,

    /// <summary>The same with Φ approximated by tanh.</summary>
    GeluTanh,

    /// <summary>x · sigmoid(x).</summary>
    Silu,

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    Sigmoid,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>Softmax over the last axis.</summary>
    Softmax,

    /// <summary>eˣ.</summary>
    Exp,

    /// <summary>The natural logarithm.</summary>
    Log,

    /// <summary>The square root.</summary>
    Sqrt,

    /// <summary>|x|.</summary>
    Abs,

    /// <summary>log(1 + eˣ).</summary>
    Softplus,

    /// <summary>The same values without a gradient.</summary>
    Detach,
}
