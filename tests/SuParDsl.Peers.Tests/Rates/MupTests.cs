using SuParDsl.Parameterization;
using SuParDsl.Peers.Tests.Models;
using SuParDsl.Tests.Models;

namespace SuParDsl.Peers.Tests.Rates;

/// <summary>Learning rates, weight decay, deviations and factors of mup's optimizers, initialisers and readouts.</summary>
public class MupTests
{
    public static TheoryData<string> Rows => PeerTable.Names("mup");

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_multiplier_is_mup_s(string row) => PeerTable.Of("mup").Check(row, Here);

    internal static double[] Here(PeerRow row)
    {
        if (row.Text("quantity") == "attention")
        {
            return [RuleTable.AttentionScale(Rule.MuP, AttentionScaling.InverseFromBase, row.Integer("width"), 64)];
        }

        using var model = Model(row.Text("model"), row.Integer("width"));
        var sigma = model is DeepGpt ? 0.02 : 1;
        var (adam, sgd) = (model.MuTable, model.Table(OptimizerFamily.Sgd));
        var tensors = row.List<string[]>("tensors");
        return [.. row.Text("quantity").Split('+').SelectMany(quantity => quantity switch
        {
            "adamRate" => Of(adam, static r => r.LearningRateMultiplier),
            "sgdRate" => Of(sgd, static r => r.LearningRateMultiplier),
            "mupDecay" => Of(adam.With(WeightDecayCoupling.Mup), static r => r.WeightDecayMultiplier),
            "coupledDecay" => Of(adam.With(WeightDecayCoupling.Coupled), static r => r.WeightDecayMultiplier),
            "mupDecaySgd" => Of(sgd.With(WeightDecayCoupling.Mup), static r => r.WeightDecayMultiplier),
            "init" => Of(adam, r => r.InitStd / sigma),
            "readout" => Of(adam, static r => r.Readout ?? r.Forward),
            _ => throw new ArgumentOutOfRangeException(nameof(row), quantity, "is not a quantity"),
        })];

        IEnumerable<double> Of(MuTable table, Func<MuRow, double> value) =>
            tensors.Select(name => value(table.Rows.Single(r => r.Name == name)));
    }

    private static Model Model(string name, int width) => name switch
    {
        "Mlp" => new PeerMlp(width, rule: Rule.MuP),
        "Cnn" => new PeerCnn(width, rule: Rule.MuP),
        "Gpt" => new DeepGpt(width, 2),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "is not a model"),
    };
}
