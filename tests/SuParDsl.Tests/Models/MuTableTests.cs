using System.Text.Json;

namespace SuParDsl.Tests.Models;

/// <summary>Compares the table with values derived by hand.</summary>
public class MuTableTests
{
    [Fact]
    public void Gpt_under_SuPar()
    {
        // width 512 of 256: m_d = 2; layers 8 of 4: m_L = 2, α = 1; attention density ¼, feed-forward ½; σ = 0.02.
        using var model = new Gpt(Gpt.Base with
        {
            Width = 512, Layers = 8, Vocab = 32, Context = 16, Attn = 0.25, Mlp = 0.5,
        });
        var rows = model.MuTable.Rows.ToDictionary(static row => row.Name);

        // As a lookup, a table is an input: σ, η. As a readout, its logits are divided by m_d.
        AssertRow(rows["Tok.weight"], Role.Input, std: 0.02, rate: 1, forward: 1, readout: 0.5);
        AssertRow(rows["Pos.weight"], Role.Input, std: 0.02, rate: 1, forward: 1);
        // Hidden: σ/√(m_d·m_ρ) = 0.02/√(2·¼), η/(m_d·m_ρ) = 1/(2·¼); α = 1 leaves the rate of depth at 1.
        AssertRow(rows["Blocks.7.Attn.Q.weight"], Role.Hidden, std: 0.02 / Math.Sqrt(0.5), rate: 2, forward: 1, epsilon: 0.25);
        // 2·½ = 1.
        AssertRow(rows["Blocks.0.Mlp.Up.weight"], Role.Hidden, std: 0.02, rate: 1, forward: 1, epsilon: 0.25);
        // Its own fan-in: 4·512 over 4·256 is 2 again.
        AssertRow(rows["Blocks.0.Mlp.Down.weight"], Role.Hidden, std: 0.02, rate: 1, forward: 1, epsilon: 0.25);
        AssertRow(rows["Blocks.0.Attn.Q.bias"], Role.Vector, std: 0, rate: 1, forward: 1, epsilon: 0.25);
        AssertRow(rows["Final.weight"], Role.Vector, std: 0, rate: 1, forward: 1);
        Assert.True(rows["Blocks.0.Mlp.Down.weight"].Shape.SequenceEqual([512, 2048]));
        Assert.True(rows["Blocks.0.Mlp.Down.weight"].BaseShape.SequenceEqual([256, 1024]));
        Assert.Equal([0.0, 1], [rows["Final.weight"].WeightDecayMultiplier, rows["Pos.weight"].WeightDecayMultiplier]);
    }

    [Theory]
    [InlineData(Rule.Standard, 1.0, 1.0)]
    [InlineData(Rule.MuP, 0.5, 0.5)]
    [InlineData(Rule.SuPar, 2.0, 2.0)]
    [InlineData(Rule.SuParInitOnly, 2.0, 0.5)]
    [InlineData(Rule.SuParLrOnly, 0.5, 2.0)]
    public void A_hidden_matrix_under_each_rule(Rule rule, double variance, double rate)
    {
        // m_d = 2, m_ρ = ¼.
        using var model = new Gpt(Gpt.Base with { Width = 512, Layers = 4, Vocab = 8, Context = 8, Attn = 0.25, Rule = rule });
        var row = model.MuTable.Rows.Single(static row => row.Name == "Blocks.0.Attn.V.weight");

        Assert.Equal(0.02 * Math.Sqrt(variance), row.InitStd, 1e-12);
        Assert.Equal(rate, row.LearningRateMultiplier, 1e-12);
    }

    [Fact]
    public void Every_parameter_appears_once_and_the_measured_std_is_the_table_s()
    {
        using var model = new Gpt(
            Gpt.Base with { Width = 128, Layers = 2, Vocab = 64, Context = 32, Attn = 0.25, Mlp = 0.125 }, seed: 9);
        var parameters = model.named_parameters().ToDictionary(static p => p.name, static p => p.parameter);

        Assert.Equal(parameters.Keys.Order(), model.MuTable.Rows.Select(static row => row.Name).Order());
        foreach (var row in model.MuTable.Rows.Where(static row => row.InitStd > 0))
        {
            var kept = parameters[row.Name].data<float>().ToArray().Where(static w => w != 0).ToArray();
            var std = Math.Sqrt(kept.Average(static w => (double)w * w));
            var standardError = row.InitStd / Math.Sqrt(2.0 * kept.Length);
            Assert.InRange(std, row.InitStd - (4 * standardError), row.InitStd + (4 * standardError));
            Assert.Equal(row.Density, (double)kept.Length / row.Shape.Aggregate(1L, static (a, b) => a * b), 1e-4);
        }
    }

    [Fact]
    public void Text_Json_and_Markdown_hold_every_row()
    {
        using var model = new Mlp(512, density: 0.5);
        var table = model.MuTable;
        using var json = JsonDocument.Parse(table.ToJson());

        Assert.Equal(table.Rows.Length, json.RootElement.GetProperty("rows").GetArrayLength());
        Assert.All(table.Rows, row => Assert.Contains(row.Name, table.ToString(), StringComparison.Ordinal));
        Assert.Equal(table.Rows.Length + 2, table.ToMarkdown().TrimEnd('\n').Split('\n').Length);
    }

    private static void AssertRow(
        MuRow row, Role role, double std, double rate, double forward, double? readout = null, double epsilon = 1)
    {
        Assert.Equal(role, row.Role);
        Assert.Equal(std, row.InitStd, 1e-12);
        Assert.Equal(rate, row.LearningRateMultiplier, 1e-12);
        Assert.Equal(forward, row.Forward, 1e-12);
        Assert.Equal(epsilon, row.EpsilonMultiplier, 1e-12);
        Assert.Equal(readout, row.Readout);
    }
}
