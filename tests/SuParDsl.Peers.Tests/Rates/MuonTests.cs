using SuParDsl.Tests.Models;
using static TorchSharp.torch;

namespace SuParDsl.Peers.Tests.Rates;

/// <summary>Muon's and dion's factors of the shape, and their orthogonal matrices.</summary>
public class MuonTests
{
    private static readonly string[] Matrices =
        ["Blocks.0.Attn.Qkv.weight", "Blocks.0.Attn.Proj.weight", "Blocks.0.Mlp.Up.weight", "Blocks.0.Mlp.Down.weight"];

    public static TheoryData<string> Rows => PeerTable.Names("muon");

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_factor_is_the_peer_s(string row) => PeerTable.Of("muon").Check(row, Here);

    [Fact]
    public void Without_a_factor_of_the_shape_there_is_none_at_any_width() => Assert.All(
        (int[])[32, 64, 128],
        static width => Assert.All(Factors(MuonShape.None, width, Matrices), static factor => Assert.Equal(1, factor, 1e-12)));

    [Fact]
    public void The_match_of_AdamW_s_size_keeps_the_base_s_factor_over_width() => Assert.Equal(
        Factors(MuonShape.AdamWRms, 32, Matrices), Factors(MuonShape.AdamWRms, 64, Matrices),
        static (a, b) => Math.Abs(a - b) < 1e-12);

    internal static double[] Here(PeerRow row) => row.Text("kind") switch
    {
        "factor" => [row.Choice<MuonShape>("shape").Factor(row.Integer("rows"), row.Integer("columns"))],
        "gpt" => Factors(row.Choice<MuonShape>("shape"), row.Integer("width"), row.List<string[]>("tensors")),
        "orthogonal" => Orthogonal((ulong)row.Integer("seed"), row.Integer("rows"), row.Integer("columns")),
        var other => throw new ArgumentOutOfRangeException(nameof(row), other, "is not a kind"),
    };

    private static double[] Factors(MuonShape shape, int width, string[] tensors)
    {
        using var model = new DeepGpt(width, 2);
        using var optimizer = model.MuonWithAdamW(0.02, 0.002, weightDecay: 0.1, shape: shape);
        var groups = tensors.Select(name => optimizer.Groups.Single(group => group.Names.Contains(name))).ToArray();

        // The factor does not act on weight decay: rate times decay is η·λ.
        Assert.All(groups, static group => Assert.Equal(1, group.LearningRateMultiplier * group.WeightDecayMultiplier, 1e-12));
        return [.. groups.Select(static group => group.LearningRateMultiplier)];
    }

    private static double[] Orthogonal(ulong seed, int rows, int columns)
    {
        using var scope = NewDisposeScope();
        var matrix =
            tensor([.. SplitMixDraws.Uniform(seed, rows * columns).Select(static u => (float)(u - 0.5))]).view(rows, columns);
        return [.. MuonBackend.Orthogonalise(matrix).contiguous().data<float>().ToArray().Select(static x => (double)x)];
    }
}
