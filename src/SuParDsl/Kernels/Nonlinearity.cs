namespace SuParDsl;

/// <summary>A function between two sparse layers that is applied while its tile is in cache.</summary>
public enum Nonlinearity
{
    /// <summary>x.</summary>
    None,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x·Φ(x), exactly, with the error function.</summary>
    Gelu,

    /// <summary>x/(1 + e⁻ˣ).</summary>
    Silu,
}
