using SuParDsl.Sparsity;

namespace SuParDsl.Peers.Tests.Masks;

/// <summary>How many weights masks of RigL, JaxPruner and PyTorch keep.</summary>
public class MaskCountTests
{
    public static TheoryData<string> Rows => PeerTable.Names("mask-counts");

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_mask_keeps_as_many_weights_as_the_peer_s(string row) => PeerTable.Of("mask-counts").Check(row, Here);

    internal static double[] Here(PeerRow row)
    {
        long[] shape = row.List<long[]>("shape");
        var density = row.Number("density");
        var random = MaskDraw.Draw(Mask.Exact, [.. shape], density, seed: 1, "W").Kept;
        float[] weights = [.. SplitMixDraws.Uniform(1, MaskWords.Count(shape)).Select(static u => (float)u)];
        Assert.Equal(random, MaskMoves.Prune("W", WeightMask.Full([.. shape]), weights, density).Kept);
        return [random];
    }
}
