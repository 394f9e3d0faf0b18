using SuParDsl.Tests.Models;
using static TorchSharp.torch;

namespace SuParDsl.Peers.Tests;

/// <summary>Steps of PyTorch's optimizers, both Lions, Muon and dion.</summary>
public class OptimizerStepTests
{
    public static TheoryData<string> Rows => PeerTable.Names("optimizers");

    [Theory]
    [MemberData(nameof(Rows))]
    public void Weights_after_some_steps_are_the_peer_s(string row)
    {
        PeerTable.Of("optimizers").Check(row, static r => Here(r, fused: true));
        PeerTable.Of("optimizers").Check(row, static r => Here(r, fused: false));
    }

    [Fact]
    public void Without_a_factor_of_the_shape_a_tall_matrix_is_not_Muon_s()
    {
        var row = PeerTable.Of("optimizers").Rows.First(static r => r.Source == "muon" && r.Text("tensor") == "Up.weight");
        using var model = new MuonNet(4);
        using var optimizer = model.MuonWithAdamW(0.02, 0.002, weightDecay: 0.1);

        Assert.True(Math.Abs(row.Expected[0] - Steps(model, optimizer, row)[0]) > 1e-3);
    }

    private static double[] Here(PeerRow row, bool fused)
    {
        using var model = new MuonNet(4);
        var (lr, decay) = (row.Number("lr"), row.Number("weightDecay"));
#pragma warning disable SUP326 // how Adam decays is what is compared
        using var optimizer = row.Text("optimizer") switch
        {
            "AdamW" => model.AdamW(lr, row.Number("beta1"), row.Number("beta2"), row.Number("eps"), decay, fused: fused),
            "Adam" => model.Adam(lr, row.Number("beta1"), row.Number("beta2"), row.Number("eps"), decay, fused: fused),
            "Sgd" => model.Sgd(lr, row.Number("momentum"), row.Number("dampening"), decay, row.Flag("nesterov"), fused: fused),
            "Lion" => model.Lion(lr, row.Number("beta1"), row.Number("beta2"), decay, fused: fused),
            "Muon" => model.MuonWithAdamW(
                lr, 0.002, row.Number("momentum"), weightDecay: decay, fused: fused,
                shape: row.Choice<MuonShape>("shape"), convolutions: true),
            var other => throw new ArgumentOutOfRangeException(nameof(row), other, "is not an optimizer"),
        };
#pragma warning restore SUP326
        return Steps(model, optimizer, row);
    }

    private static double[] Steps(MuonNet model, MuOptimizer optimizer, PeerRow row)
    {
        using var scope = NewDisposeScope();
        var name = row.Text("tensor");
        var weight = model.named_parameters().Single(parameter => parameter.name == name).parameter;
        model.SetWeights(name, Draw(1));
        for (var step = 0; step < row.Integer("steps"); step++)
        {
            weight.grad = tensor(Draw(2 + (ulong)step)).view(weight.shape);
            if (row.Has("clip"))
            {
                optimizer.step(maxNorm: row.Number("clip"));
            }
            else
            {
                optimizer.step();
            }
        }

        return [.. model.GetWeights(name).Take(16).Select(static w => (double)w)];

        float[] Draw(ulong seed) => [.. SplitMixDraws.Uniform(seed, weight.numel()).Select(static u => (float)(u - 0.5))];
    }
}
