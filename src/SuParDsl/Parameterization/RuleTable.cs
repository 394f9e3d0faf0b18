namespace SuParDsl.Parameterization;

/// <summary>The quantities that a rule scales.</summary>
public enum Quantity
{
    /// <summary>The variance of the initial weights, over σ².</summary>
    InitVariance,

    /// <summary>The learning rate under Adam, AdamW and Lion, over η.</summary>
    AdamRate,

    /// <summary>The learning rate under SGD, over η.</summary>
    SgdRate,

    /// <summary>The learning rate of Muon's orthogonal updates, over η.</summary>
    MuonRate,

    /// <summary>The factor on x·Wᵀ in the forward pass.</summary>
    Forward,
}

/// <summary>
/// The parameterization: role × quantity × rule. The generator prints this table, the runtime computes with it, and no other
/// code holds a multiplier.
/// </summary>
/// <remarks>
/// Adam columns: arXiv 2405.15743, table 1. Each tensor's m_in comes from its own fan-in and its m_ρ from its own density, so a
/// dense tensor has m_ρ = 1 and a size that does not scale has m = 1. The published rule does not cover sparse input and output
/// tensors: their effective fan-in is fan-in·ρ, which gives the same 1/m_ρ as for hidden matrices.
/// <para>
/// SGD column, in the convention W ← W − η·∂L/∂W with the readout's forward 1/m_in (arXiv 2203.03466, table 8). With
/// activations Θ(1) per coordinate, ∂L/∂logits Θ(1) and the readout's 1/m_in, the gradient of the last hidden activation is
/// Θ(1/m) per coordinate. A hidden ∂L/∂W is therefore Θ(1/m_out), and ΔY = X·ΔWᵀ sums m_in·m_ρ aligned terms:
/// η·m_out/(m_in·m_ρ) keeps ΔY at Θ(1). An input weight's or a vector's gradient is Θ(1/m_out) and its sum is over a fixed
/// size: η·m_out. A readout's gradient carries its forward 1/m_in, and so does its use, while the sum over m_in terms gives
/// one m_in back: η·m_in.
/// </para>
/// <para>
/// Muon column, for hidden matrices only (the others go to AdamW): an orthogonal update has spectral norm 1 at every width,
/// and feature learning requires √(fan-out/fan-in) (arXiv 2310.17813, condition 1): η·√(m_out/m_in). A mask keeps a fraction ρ
/// of the update, and hence of ΔY where the update is aligned with X. The additional 1/m_ρ follows SµPar's argument; it is not a
/// published rule.
/// </para>
/// </remarks>
public static class RuleTable
{
    private static readonly Factor One = default;

    private static readonly (Role Role, Quantity Quantity, Factor Standard, Factor MuP, Factor SuPar)[] Rows =
    [
        // role         quantity                SP   µP                     SµPar
        (Role.Input,  Quantity.InitVariance, One, One,                   new(Density: -1)),
        (Role.Hidden, Quantity.InitVariance, One, new(In: -1),           new(In: -1, Density: -1)),
        (Role.Output, Quantity.InitVariance, One, One,                   new(Density: -1)),
        (Role.Fixed,  Quantity.InitVariance, One, One,                   new(Density: -1)),
        (Role.Vector, Quantity.InitVariance, One, One,                   One),

        (Role.Input,  Quantity.AdamRate,     One, One,                   new(Density: -1)),
        (Role.Hidden, Quantity.AdamRate,     One, new(In: -1),           new(In: -1, Density: -1)),
        (Role.Output, Quantity.AdamRate,     One, One,                   new(Density: -1)),
        (Role.Fixed,  Quantity.AdamRate,     One, One,                   new(Density: -1)),
        (Role.Vector, Quantity.AdamRate,     One, One,                   One),

        (Role.Input,  Quantity.SgdRate,      One, new(Out: 1),           new(Out: 1, Density: -1)),
        (Role.Hidden, Quantity.SgdRate,      One, new(In: -1, Out: 1),   new(In: -1, Out: 1, Density: -1)),
        (Role.Output, Quantity.SgdRate,      One, new(In: 1),            new(In: 1, Density: -1)),
        (Role.Fixed,  Quantity.SgdRate,      One, One,                   new(Density: -1)),
        (Role.Vector, Quantity.SgdRate,      One, new(Out: 1),           new(Out: 1)),

        (Role.Input,  Quantity.MuonRate,     One, One,                   One),
        (Role.Hidden, Quantity.MuonRate,     One, new(-0.5, 0.5),        new(-0.5, 0.5, -1)),
        (Role.Output, Quantity.MuonRate,     One, One,                   One),
        (Role.Fixed,  Quantity.MuonRate,     One, One,                   One),
        (Role.Vector, Quantity.MuonRate,     One, One,                   One),

        (Role.Input,  Quantity.Forward,      One, One,                   One),
        (Role.Hidden, Quantity.Forward,      One, One,                   One),
        (Role.Output, Quantity.Forward,      One, new(In: -1),           new(In: -1)),
        (Role.Fixed,  Quantity.Forward,      One, One,                   One),
        (Role.Vector, Quantity.Forward,      One, One,                   One),
    ];

    /// <summary>The factor by which a rule scales a quantity of a tensor in a role.</summary>
    public static Factor Of(Rule rule, Role role, Quantity quantity)
    {
        var row = Rows.First(r => r.Role == role && r.Quantity == quantity);
        return (rule, quantity) switch
        {
            (Rule.Standard, _) => row.Standard,
            (Rule.MuP, _) => row.MuP,
            (Rule.SuPar or Rule.SuParFinal or Rule.Measured, _) => row.SuPar,
            (Rule.SuParInitOnly, Quantity.AdamRate or Quantity.SgdRate or Quantity.MuonRate) => row.MuP,
            (Rule.SuParLrOnly, Quantity.InitVariance) => row.MuP,
            (Rule.SuParInitOnly or Rule.SuParLrOnly, _) => row.SuPar,
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "is not a rule"),
        };
    }

    /// <summary>The role of a weight, given which of its sizes scale.</summary>
    public static Role RoleOf(bool fanInScales, bool fanOutScales) => (fanInScales, fanOutScales) switch
    {
        (true, true) => Role.Hidden,
        (true, false) => Role.Output,
        (false, true) => Role.Input,
        (false, false) => Role.Fixed,
    };

    /// <summary>The scale of attention logits q·kᵀ: 1/√d_head under SP, 1/d_head under every other rule (table 1).</summary>
    public static double AttentionScale(Rule rule, AttentionScaling scaling, long headSize, long baseHeadSize) =>
        (rule, scaling) switch
        {
            (Rule.Standard, _) => 1 / Math.Sqrt(headSize),
            (_, AttentionScaling.InverseFromBase) => Math.Sqrt(baseHeadSize) / headSize,
            _ => 1.0 / headSize,
        };
}
