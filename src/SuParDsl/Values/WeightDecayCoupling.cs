namespace SuParDsl;

/// <summary>
/// What weight decay a matrix gets for a base λ, where r is its learning-rate multiplier and m_N the multiplier of its width.
/// Decoupled decay shrinks a weight by its own learning rate times its λ, so under <see cref="Coupled"/> by ηλ·r a step.
/// Vectors are not decayed under any mode. The SµPar paper (arXiv 2405.15743) gives no rule.
/// </summary>
public enum WeightDecayCoupling
{
    /// <summary>λ for every matrix: nanoGPT-mup (branches <c>supar</c> and <c>mup</c>), and mup with <c>decoupled_wd=True</c>. The default.</summary>
    Coupled,

    /// <summary>λ/r: every matrix shrinks by ηλ a step, at every width, depth and density.</summary>
    Independent,

    /// <summary>λ/√r: between the two (arXiv 2510.15262).</summary>
    Sqrt,

    /// <summary>
    /// λ·m_N for hidden matrices, λ for other matrices, at every α: table 1 of CompleteP (arXiv 2505.01618) and branch
    /// <c>completep</c> of nanoGPT-mup. For AdamW, whose decay the table gives.
    /// </summary>
    CompleteP,

    /// <summary>
    /// λ divided by the width's part of r: the default of mup's <c>MuAdam</c>, <c>MuAdamW</c> and <c>MuSGD</c>. Under Adam that is λ·m_N for
    /// hidden matrices and λ for others. Density and depth, which mup does not scale with, do not change it.
    /// </summary>
    Mup,
}

/// <summary>Which weight-decay modes the optimizers of a model have.</summary>
public static class WeightDecayCouplings
{
    private static readonly WeightDecayCoupling[] ForAll = [WeightDecayCoupling.Coupled, WeightDecayCoupling.Independent, WeightDecayCoupling.Sqrt];

    /// <summary>The modes of an optimizer.</summary>
    /// <param name="optimizer">Its name as a model's method: AdamW, Adam, Sgd, Lion or MuonWithAdamW.</param>
    public static IReadOnlyList<WeightDecayCoupling> Of(string optimizer) => optimizer switch
    {
        "AdamW" => [.. ForAll, WeightDecayCoupling.CompleteP, WeightDecayCoupling.Mup],
        "Adam" or "Sgd" or "Lion" => [.. ForAll, WeightDecayCoupling.Mup],
        _ => ForAll,
    };

    /// <summary>Says that an optimizer does not have a mode, and why; null where it has it.</summary>
    /// <param name="optimizer">Its name as a model's method.</param>
    /// <param name="mode">The mode.</param>
    public static string? Refusal(string optimizer, WeightDecayCoupling mode) => Of(optimizer).Contains(mode)
        ? null
        : $"{optimizer} has no weight-decay mode {mode}{Reason(mode)}";

    private static string Reason(WeightDecayCoupling mode) => mode switch
    {
        WeightDecayCoupling.CompleteP => ", which CompleteP gives for AdamW alone",
        WeightDecayCoupling.Mup => ", because mup has no such optimizer",
        _ => string.Empty,
    };
}
