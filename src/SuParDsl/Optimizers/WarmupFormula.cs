namespace SuParDsl.Optimizers;

/// <summary>The factor on the learning rate at a step of the warm-up, counted from 0, with w warm-up steps.</summary>
public enum WarmupFormula
{
    /// <summary>(step + 1)/(w + 1): nanoGPT since 2024. The first step has a learning rate above 0. The default.</summary>
    AboveZero,

    /// <summary>step/w: nanoGPT-mup (all branches) and older nanoGPT. The first step has a learning rate of 0.</summary>
    FromZero,
}
