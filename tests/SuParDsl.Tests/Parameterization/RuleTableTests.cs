using SuParDsl.Parameterization;

namespace SuParDsl.Tests.Parameterization;

/// <summary>Compares the table with arXiv 2405.15743, table 1, and arXiv 2203.03466, table 8.</summary>
public class RuleTableTests
{
    // m_in = 4, m_out = 2, m_ρ = 1/8.
    [Theory]
    [InlineData(Role.Input, Quantity.InitVariance, 1, 1, 8)]
    [InlineData(Role.Hidden, Quantity.InitVariance, 1, 0.25, 2)]
    [InlineData(Role.Output, Quantity.InitVariance, 1, 1, 8)]
    [InlineData(Role.Vector, Quantity.InitVariance, 1, 1, 1)]
    [InlineData(Role.Hidden, Quantity.AdamRate, 1, 0.25, 2)]
    [InlineData(Role.Vector, Quantity.AdamRate, 1, 1, 1)]
    [InlineData(Role.Input, Quantity.SgdRate, 1, 2, 16)]
    [InlineData(Role.Hidden, Quantity.SgdRate, 1, 0.5, 4)]
    [InlineData(Role.Output, Quantity.SgdRate, 1, 4, 32)]
    [InlineData(Role.Vector, Quantity.SgdRate, 1, 2, 2)]
    [InlineData(Role.Output, Quantity.Forward, 1, 0.25, 0.25)]
    [InlineData(Role.Hidden, Quantity.Forward, 1, 1, 1)]
    public void Factors(Role role, Quantity quantity, double standard, double muP, double suPar)
    {
        Assert.Equal(standard, RuleTable.Of(Rule.Standard, role, quantity).At(4, 2, 0.125), 1e-12);
        Assert.Equal(muP, RuleTable.Of(Rule.MuP, role, quantity).At(4, 2, 0.125), 1e-12);
        Assert.Equal(suPar, RuleTable.Of(Rule.SuPar, role, quantity).At(4, 2, 0.125), 1e-12);
    }

    [Fact]
    public void Every_cell_is_filled()
    {
        foreach (var rule in Enum.GetValues<Rule>())
        {
            Assert.All(
                from role in Enum.GetValues<Role>() from quantity in Enum.GetValues<Quantity>() select (role, quantity),
                cell => Assert.True(RuleTable.Of(rule, cell.role, cell.quantity).At(1, 1, 1) == 1));
        }
    }

    [Theory]
    [InlineData(-1, 0, -1, "1/(m·ρ)")]
    [InlineData(-0.5, 0, -0.5, "1/√(m·ρ)")]
    [InlineData(-1, 1, 0, "n/m")]
    [InlineData(0, 0, 0, "1")]
    public void Factors_read_as_in_a_paper(double mIn, double mOut, double density, string text) =>
        Assert.Equal(text, new Factor(mIn, mOut, density).Text("m", "n", "ρ"));

    [Fact]
    public void Attention_is_scaled_by_the_head_size_under_muP()
    {
        Assert.Equal(1.0 / 8, RuleTable.AttentionScale(Rule.Standard, AttentionScaling.Inverse, 64, 16), 1e-12);
        Assert.Equal(1.0 / 64, RuleTable.AttentionScale(Rule.MuP, AttentionScaling.Inverse, 64, 16), 1e-12);
        Assert.Equal(1.0 / 64, RuleTable.AttentionScale(Rule.SuPar, AttentionScaling.Inverse, 64, 16), 1e-12);
        Assert.Equal(4.0 / 64, RuleTable.AttentionScale(Rule.SuPar, AttentionScaling.InverseFromBase, 64, 16), 1e-12);
        Assert.Equal(1.0 / 8, RuleTable.AttentionScale(Rule.Standard, AttentionScaling.InverseFromBase, 64, 16), 1e-12);
    }
}
