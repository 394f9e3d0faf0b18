namespace SuParDsl;

/// <summary>An activation between two sparse layers, which is applied to a tile while the tile is in cache.</summary>
public enum Nonlinearity
{
    /// <summary>x.</summary>
    None,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x·Φ(x), computed with the error function instead of the tanh approximation.</summary>
    Gelu,

    /// <summary>x/(1 + e⁻ˣ).</summary>
    Silu,
}
