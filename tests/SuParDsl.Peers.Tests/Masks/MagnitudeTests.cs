using SuParDsl.Sparsity;

namespace SuParDsl.Peers.Tests.Masks;

/// <summary>Which weights JaxPruner's and PyTorch's pruners keep: single ones, 2:4, blocks, and over several tensors.</summary>
public class MagnitudeTests
{
    public static TheoryData<string> Rows => PeerTable.Names("magnitude");

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_weights_kept_are_the_peer_s(string row) => PeerTable.Of("magnitude").Check(row, Here);

    internal static double[] Here(PeerRow row)
    {
        if (row.Text("kind") == "global")
        {
            float[][] weights = [row.List<float[]>("first"), row.List<float[]>("second")];
            var masks = weights.Select(static w => WeightMask.Full([w.Length])).ToArray();
            return [.. MaskMoves.PruneTogether(masks, weights, row.Number("density"), row.Flag("normalize"))
                .SelectMany(MaskWords.Of)];
        }

        long[] shape = row.List<long[]>("shape");
        var numbers = row.Has("seed")
            ? PeerNumbers.Of(row.Integer("seed"), MaskWords.Count(shape))
            : row.List<float[]>("weights");
        return MaskWords.Of(
            MaskMoves.Prune("W", WeightMask.Full([.. shape]), numbers, row.Number("density"), row.Choice<Mask>("pattern")));
    }
}
