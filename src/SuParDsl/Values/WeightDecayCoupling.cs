namespace SuParDsl;

/// <summary>
/// How a matrix's weight decay follows from the base λ, where r is its learning-rate multiplier and m_N its width multiplier.
/// Decoupled decay shrinks a weight by its own learning rate times its λ, which is ηλ·r per step under <see cref="Coupled"/>.
/// Vectors are not decayed in any mode. The SµPar paper (arXiv 2405.15743) gives no rule.
/// </summary>
public enum WeightDecayCoupling
{
    /// <summary>
    /// λ for every matrix, as in nanoGPT-mup (branches <c>supar</c> and <c>mup</c>) and in mup
    /// with <c>decoupled_wd=True</c>. The default.
    /// </summary>
    Coupled,

    /// <summary>λ/r: every matrix shrinks by ηλ per step, at every width, depth and density.</summary>
    Independent,

    /// <summary>λ/√r: between the two (arXiv 2510.15262).</summary>
    Sqrt,

    /// <summary>
    /// λ·m_N for hidden matrices and λ for other matrices, at every α, as in table 1 of CompleteP (arXiv 2505.01618) and branch
    /// <c>completep</c> of nanoGPT-mup. AdamW only, because the table gives the decay only for AdamW.
    /// </summary>
    CompleteP,

    /// <summary>
    /// λ divided by the width's factor in r, the default of mup's <c>MuAdam</c>, <c>MuAdamW</c> and <c>MuSGD</c>. Under Adam,
    /// this is λ·m_N for hidden matrices and λ for others. Density and depth do not change it,
    /// because mup does not scale with them.
    /// </summary>
    Mup,
}

/// <summary>Which weight-decay modes each optimizer supports.</summary>
public static class WeightDecayCouplings
{
    private static readonly WeightDecayCoupling[] ForAll =
    [
        WeightDecayCoupling.Coupled,
        WeightDecayCoupling.Independent,
        WeightDecayCoupling.Sqrt,
    ];

    /// <summary>The modes that an optimizer supports.</summary>
    /// <param name="optimizer">The name of the model's method: AdamW, Adam, Sgd, Lion or MuonWithAdamW.</param>
    public static IReadOnlyList<WeightDecayCoupling> Of(string optimizer) => optimizer switch
    {
        "AdamW" => [.. ForAll, WeightDecayCoupling.CompleteP, WeightDecayCoupling.Mup],
        "Adam" or "Sgd" or "Lion" => [.. ForAll, WeightDecayCoupling.Mup],
        _ => ForAll,
    };

    /// <summary>A message that says why an optimizer does not support a mode; null if it does.</summary>
    /// <param name="optimizer">The name of the model's method.</param>
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
