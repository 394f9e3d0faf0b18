namespace SuParDsl;

/// <summary>How a static random mask is drawn. A mask depends only on the model's seed and the tensor's full name.</summary>
public enum Mask
{
    /// <summary>Exactly round(ρ·count) weights kept, anywhere in the tensor. The default.</summary>
    Exact,

    /// <summary>Each weight kept with probability ρ, as in the published implementation.</summary>
    Bernoulli,

    /// <summary>Exactly round(ρ·fan-in) weights kept in every output row.</summary>
    Balanced,

    /// <summary>
    /// Two of every four weights along the fan-in, the pattern that NVIDIA's sparse tensor cores support. ρ must be ½.
    /// </summary>
    TwoFour,

    /// <summary>Tiles of 4×4 weights, each kept or dropped as a unit: exactly round(ρ·tiles) are kept.</summary>
    Block4,

    /// <summary>Tiles of 8×8 weights, each kept or dropped as a unit: exactly round(ρ·tiles) are kept.</summary>
    Block8,

    /// <summary>Tiles of 16×16 weights, each kept or dropped as a unit: exactly round(ρ·tiles) are kept.</summary>
    Block16,

    /// <summary>Tiles of 32×32 weights, each kept or dropped as a unit: exactly round(ρ·tiles) are kept.</summary>
    Block32,
}
