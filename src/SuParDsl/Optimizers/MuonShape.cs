namespace SuParDsl.Optimizers;

/// <summary>
/// The factor on Muon's orthogonal update that depends on a matrix's shape, rows (fan-out) × columns (fan-in). It is computed
/// from the base shape. Relative to the base, the update scales with √(m_out/m_in), the ratio of the spectral condition
/// (arXiv 2310.17813), so a rate tuned at the base is right at every width. The factor does not affect weight decay, as in the
/// published implementations.
/// </summary>
public enum MuonShape
{
    /// <summary>No factor: an update of spectral norm 1 at the base. The default.</summary>
    None,

    /// <summary>√max(1, rows/columns): Muon itself (KellerJordan/Muon).</summary>
    Tall,

    /// <summary>
    /// √(rows/columns): the spectral condition with its constants, dion's <c>spectral_norm</c> (microsoft/dion).
    /// </summary>
    Spectral,

    /// <summary>
    /// 0.2·√max(rows, columns): about the root mean square of AdamW's updates (arXiv 2502.16982), dion's <c>rms_norm</c>.
    /// </summary>
    AdamWRms,
}

/// <summary>The factors of <see cref="MuonShape"/>.</summary>
internal static class MuonShapes
{
    /// <summary>The factor for a matrix with the given numbers of rows and columns.</summary>
    public static double Factor(this MuonShape shape, long rows, long columns) => shape switch
    {
        MuonShape.None => 1,
        MuonShape.Tall => Math.Sqrt(Math.Max(1, (double)rows / columns)),
        MuonShape.Spectral => Math.Sqrt((double)rows / columns),
        MuonShape.AdamWRms => 0.2 * Math.Sqrt(Math.Max(rows, columns)),
        _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "is not a factor of Muon's shape"),
    };

    /// <summary>
    /// Multiplies the table's learning rates by the factor. A step shrinks a weight by its learning rate times its decay, so the
    /// decay is divided by the factor.
    /// </summary>
    public static MuTable With(this MuTable table, MuonShape shape) => table with
    {
        Rows =
        [
            .. table.Rows.Select(row =>
            {
                var factor = shape.Factor(
                    row.BaseShape[0], row.BaseShape.Skip(1).Aggregate(1L, static (product, size) => product * size));
                return row with
                {
                    LearningRateMultiplier = row.LearningRateMultiplier * factor,
                    WeightDecayMultiplier = row.WeightDecayMultiplier / factor,
                };
            }),
        ],
    };
}
