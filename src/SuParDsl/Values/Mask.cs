namespace SuParDsl;

/// <summary>How a static random mask is drawn. Each is drawn from (model seed, tensor's full name) alone.</summary>
public enum Mask
{
    /// <summary>Exactly round(ρ·count) weights kept, anywhere in the tensor. The default.</summary>
    Exact,

    /// <summary>Each weight kept with probability ρ, as in the published implementation.</summary>
    Bernoulli,

    /// <summary>Exactly round(ρ·fan-in) weights kept in every output row.</summary>
    Balanced,

    /// <summary>Two of every four weights along the fan-in: the pattern that NVIDIA's sparse tensor cores take. ρ must be ½.</summary>
    TwoFour,

    /// <summary>Tiles of 4×4 weights, kept or dropped whole: exactly round(ρ·tiles).</summary>
    Block4,

    /// <summary>Tiles of 8×8 weights, kept or dropped whole: exactly round(ρ·tiles).</summary>
    Block8,

    /// <summary>Tiles of 16×16 weights, kept or dropped whole: exactly round(ρ·tiles).</summary>
    Block16,

    /// <summary>Tiles of 32×32 weights, kept or dropped whole: exactly round(ρ·tiles).</summary>
    Block32,
}
