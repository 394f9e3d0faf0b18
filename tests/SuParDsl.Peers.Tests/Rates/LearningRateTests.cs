namespace SuParDsl.Peers.Tests.Rates;

/// <summary>Learning rates over a run: nanoGPT's, nanoGPT-mup's and PyTorch's schedulers.</summary>
public class LearningRateTests
{
    public static TheoryData<string> Rows => PeerTable.Names("schedules");

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_learning_rate_is_the_peer_s(string row) => PeerTable.Of("schedules").Check(row, Here);

    internal static double[] Here(PeerRow row)
    {
        var schedule = new Schedule(
            row.Integer("warmup"), row.Integer("steps"), row.Choice<LrDecay>("decay"), row.Number("final"),
            Formula: row.Choice<WarmupFormula>("formula"));
        return [row.Number("lr") * schedule.At(row.Integer("step"))];
    }
}
