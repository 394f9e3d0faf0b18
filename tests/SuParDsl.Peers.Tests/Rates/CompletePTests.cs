using SuParDsl.Parameterization;
using SuParDsl.Tests.Models;

namespace SuParDsl.Peers.Tests.Rates;

/// <summary>The multipliers that CompleteP's code gives each tensor over width and depth.</summary>
public class CompletePTests
{
    public static TheoryData<string> Rows => PeerTable.Names("completep");

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_multiplier_is_CompleteP_s(string row) => PeerTable.Of("completep").Check(row, Here);

    internal static double[] Here(PeerRow row)
    {
        var (width, layers, alpha) = (row.Integer("width"), row.Integer("layers"), row.Number("alpha"));
        if (row.Text("quantity") == "residual")
        {
            return [DepthTable.ResidualScale(layers / 2.0, alpha)];
        }

        using Model model = alpha == 1 ? new DeepGpt(width, layers) : new DeepGptByRoot(width, layers);
        var table = model.MuTable.With(WeightDecayCoupling.CompleteP);
        return row.Text("quantity") switch
        {
            "rate" => Of(static r => r.LearningRateMultiplier),
            "decay" => Of(static r => r.WeightDecayMultiplier),
            "epsilon" => Of(static r => r.EpsilonMultiplier),
            "init" => Of(static r => r.InitStd),
            var other => throw new ArgumentOutOfRangeException(nameof(row), other, "is not a quantity"),
        };

        double[] Of(Func<MuRow, double> value) =>
            [.. row.List<string[]>("tensors").Select(name => value(table.Rows.Single(r => r.Name == name)))];
    }
}
