using SuParDsl.Peers.Tests.Models;
using SuParDsl.Sparsity;

namespace SuParDsl.Peers.Tests.Masks;

/// <summary>RigL in its authors' code, rigl-torch and JaxPruner: which weights change, when, and how many.</summary>
public class RigLTests
{
    public static TheoryData<string> Rows => PeerTable.Names("rigl");

    [Theory]
    [MemberData(nameof(Rows))]
    public void RigL_changes_the_weights_that_the_peer_changes(string row) => PeerTable.Of("rigl").Check(row, Here);

    internal static double[] Here(PeerRow row) => row.Text("kind") switch
    {
        "rewire" => Moved(MaskWords.Drawn(row), Weights(row), Gradients(row), row.Number("fraction")),
        "given" => Moved(
            WeightMask.FromBytes([8], row.List<int[]>("mask").Select(static bit => (byte)bit).ToArray()),
            row.List<float[]>("weights"), row.List<float[]>("gradients"), row.Number("fraction")),
        "weights" => WeightsAfterwards(row),
        "updates" => [.. Updates(row, row.Choice<MaskUpdates>("updates")).Select(static step => (double)step)],
        "drop" => [Schedule(row).DropAt(row.Integer("step"))],
        var other => throw new ArgumentOutOfRangeException(nameof(row), other, "is not a kind"),
    };

    /// <summary>The updates among the first twenty steps.</summary>
    internal static IEnumerable<int> Updates(PeerRow row, MaskUpdates updates)
    {
        var schedule = new MaskSchedule
        {
            Start = row.Integer("start"), Stop = row.Integer("stop"), Interval = row.Integer("every"), Updates = updates,
        };
        return Enumerable.Range(1, 20).Where(schedule.IsUpdate);
    }

    /// <summary>The number of a new mask's positions that were free before, and the mask.</summary>
    internal static double[] Moved(WeightMask mask, float[] weights, float[] scores, double fraction)
    {
        var moved = MaskMoves.Rewire(mask, weights, scores, fraction);
        return [moved.Positions().Except(mask.Positions()).Count(), .. MaskWords.Of(moved)];
    }

    internal static float[] Weights(PeerRow row) =>
        PeerNumbers.Of(row.Integer("seed"), MaskWords.Count(row.List<long[]>("shape")));

    internal static float[] Gradients(PeerRow row) =>
        PeerNumbers.Of(row.Integer("seed") + 1000, MaskWords.Count(row.List<long[]>("shape")));

    private static MaskSchedule Schedule(PeerRow row) => new()
    {
        Start = row.Integer("start"), Stop = row.Integer("stop"), DropFraction = row.Number("fraction"),
        Drop = Ramp.Parse(row.Text("ramp")), DropFromZero = row.Flag("fromZero"),
    };

    // Positions that were free start at zero, and a dropped weight that grows again keeps its value.
    private static double[] WeightsAfterwards(PeerRow row)
    {
        var mask = MaskWords.Drawn(row);
        using var model = new PeerMlp(16, mask.Density);
        model.SetMasks(new Dictionary<string, WeightMask> { ["Hidden.weight"] = mask });
        model.SetWeights("Hidden.weight", Weights(row));
        var moved = MaskMoves.Rewire(mask, Weights(row), Gradients(row), row.Number("fraction"));
        model.SetMasks(new Dictionary<string, WeightMask> { ["Hidden.weight"] = moved });
        return [.. model.GetWeights("Hidden.weight").Take(32).Select(static weight => (double)weight)];
    }
}
