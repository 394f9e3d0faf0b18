using SuParDsl.Sparsity;

namespace SuParDsl.Peers.Tests.Masks;

/// <summary>JaxPruner's gradual magnitude pruning: the densities during training, and the kept weights.</summary>
public class GradualPruningTests
{
    public static TheoryData<string> Rows => PeerTable.Names("gmp");

    [Theory]
    [MemberData(nameof(Rows))]
    public void Pruning_on_its_way_is_the_peer_s(string row) => PeerTable.Of("gmp").Check(row, Here);

    internal static double[] Here(PeerRow row)
    {
        var schedule = new MaskSchedule { Start = row.Integer("start"), Stop = row.Integer("stop") };
        var (step, final) = (row.Integer("step"), row.Number("final"));
        if (row.Text("kind") == "density")
        {
            return [schedule.DensityAt(step, final)];
        }

        schedule = schedule with { Interval = row.Integer("every") };
        var weights = PeerNumbers.Of(row.Integer("seed"), 128);
        return MaskWords.Of(Enumerable.Range(1, step).Where(schedule.IsUpdate).Aggregate(
            WeightMask.Full([8, 16]), (mask, update) => MaskMoves.Prune("W", mask, weights, schedule.DensityAt(update, final))));
    }
}
