using SuParDsl.Parameterization;
using SuParDsl.Peers.Tests.Models;

namespace SuParDsl.Peers.Tests.Rates;

/// <summary>
/// The multipliers that nanoGPT-mup gives each tensor under SµPar and µP, and those of nanoGPT without either.
/// </summary>
public class NanoGptTests
{
    public static TheoryData<string> Rows => PeerTable.Names("supar");

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_multiplier_is_nanoGPT_mup_s(string row) => PeerTable.Of("supar").Check(row, Here);

    internal static double[] Here(PeerRow row)
    {
        var rule = row.Choice<Rule>("rule");
        if (row.Text("quantity") == "attention")
        {
            return [RuleTable.AttentionScale(rule, AttentionScaling.Inverse, row.Integer("head"), 16)];
        }

        using var model = SmallGpt.New(SmallGpt.Base with
        {
            Width = row.Integer("width"), Layers = row.Integer("layers"), Density = row.Number("density"), Bias = true,
            Rule = rule,
        });
        return row.Text("quantity") switch
        {
            "rate" => Of(static r => r.LearningRateMultiplier),
            "decay" => Of(static r => r.WeightDecayMultiplier),
            "init" => Of(static r => r.InitStd),
            "epsilon" => Of(static r => r.EpsilonMultiplier),
            "readout" => Of(static r => r.Readout ?? 1),
            "count" => [model.Tensors.Sum(static tensor => tensor.Count)],
            var other => throw new ArgumentOutOfRangeException(nameof(row), other, "is not a quantity"),
        };

        double[] Of(Func<MuRow, double> value) =>
            [.. row.List<string[]>("tensors").Select(name => value(model.MuTable.Rows.Single(r => r.Name == name)))];
    }
}
