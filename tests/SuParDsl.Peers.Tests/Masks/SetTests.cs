using SuParDsl.Sparsity;

namespace SuParDsl.Peers.Tests.Masks;

/// <summary>SET in its paper and its authors' code, and in RigL's code, JaxPruner and ITOP.</summary>
public class SetTests
{
    public static TheoryData<string> Rows => PeerTable.Names("set");

    [Theory]
    [MemberData(nameof(Rows))]
    public void SET_drops_what_the_peer_drops(string row) => PeerTable.Of("set").Check(row, Here);

    [Fact]
    public void By_default_both_signs_are_ranked_together() => Assert.Equal(
        [0.0, 1, 2, 3], Dropped([0.1f, 0.2f, 0.3f, 0.4f, 0.5f, -1, -2, -3, -4, -5], 0.4, bySign: false));

    internal static double[] Here(PeerRow row)
    {
        var fraction = row.Number("fraction");
        if (row.Text("kind") == "rewire")
        {
            return RigLTests.Moved(MaskWords.Drawn(row), RigLTests.Weights(row), RigLTests.Gradients(row), fraction);
        }

        if (row.Text("kind") == "dropped")
        {
            var (mask, weights) = (MaskWords.Drawn(row), RigLTests.Weights(row));
            return Dropped(mask, weights, fraction, bySign: false);
        }

        var given = row.List<float[]>("weights");
        return [.. Dropped(given, fraction, bySign: true).Where(i => !row.Flag("negativeOnly") || given[(int)i] < 0)];
    }

    // There are as many free positions after the weights, so that everything that grows is there.
    private static double[] Dropped(float[] weights, double fraction, bool bySign)
    {
        var mask = WeightMask.FromBytes(
            [2 * weights.Length], [.. Enumerable.Repeat((byte)1, weights.Length), .. Enumerable.Repeat((byte)0, weights.Length)]);
        return Dropped(mask, [.. weights, .. new float[weights.Length]], fraction, bySign);
    }

    private static double[] Dropped(WeightMask mask, float[] weights, double fraction, bool bySign)
    {
        var scores = Enumerable.Range(0, (int)mask.Count).Select(i => mask[i] ? 0f : 1).ToArray();
        var moved = MaskMoves.Rewire(mask, weights, scores, fraction, bySign);
        return [.. mask.Positions().Except(moved.Positions()).Select(static i => (double)i)];
    }
}
