using SuParDsl.Peers.Tests.Masks;
using SuParDsl.Peers.Tests.Rates;
using SuParDsl.Sparsity;

namespace SuParDsl.Peers.Tests;

/// <summary>Tests the tables as a whole: the number of facts, the source of each, and the known differences.</summary>
public class ConformanceTests
{
    private static readonly Dictionary<string, Func<PeerRow, double[]>> Areas = new()
    {
        ["completep"] = CompletePTests.Here,
        ["defaults"] = DefaultTests.Here,
        ["erdos-renyi"] = ErdosRenyiTests.Here,
        ["gmp"] = GradualPruningTests.Here,
        ["magnitude"] = MagnitudeTests.Here,
        ["mask-counts"] = MaskCountTests.Here,
        ["muon"] = MuonTests.Here,
        ["mup"] = MupTests.Here,
        ["set"] = SetTests.Here,
        ["supar"] = NanoGptTests.Here,
        ["dropCounts"] = static row => [Drops(row.Integer("live"), row.Number("fraction"))],
        ["newPlaces"] = static row =>
            [RigLTests.Moved(MaskWords.Drawn(row), RigLTests.Weights(row), RigLTests.Gradients(row), row.Number("fraction"))[0]],
        ["pruningSteps"] = static row => [.. RigLTests.Updates(row, MaskUpdates.ToStop).Select(static step => (double)step)],
        ["refused"] = Refused,
    };

    public static TheoryData<string> Differences => PeerTable.Names(PeerTable.Differences);

    [Fact]
    public void There_are_at_least_300_facts_over_all_areas()
    {
        string[] areas =
        [
            "completep", "defaults", "erdos-renyi", "gmp", "magnitude", "mask-counts", "muon", "mup", "optimizers", "rigl",
            "runs", "schedules", "set", "supar",
        ];

        Assert.Equal(areas, PeerTable.Areas);
        Assert.True(areas.Sum(static area => PeerTable.Of(area).Rows.Length) >= 300);
    }

    [Fact]
    public void Every_fact_says_where_it_is_from() => Assert.All(
        PeerTable.Areas.Append(PeerTable.Differences).Select(PeerTable.Of), static table =>
    {
        Assert.Equal(table.Rows.Length, table.Rows.Select(static row => row.Name).Distinct().Count());
        Assert.Equal(table.Sources.Keys.Order(), table.Rows.Select(static row => row.Source).Distinct().Order());
        Assert.All(table.Sources.Values, static source => Assert.All(
            (string[])[source.Peer, source.Version, source.File, source.How],
            static text => Assert.False(string.IsNullOrWhiteSpace(text))));
        Assert.All(table.Rows, static row => Assert.True(
            row.Expected.Length > 0 && row.Expected.All(double.IsFinite) && row.Tolerance.HasValue != row.Relative.HasValue,
            row.Name));
    });

    [Fact]
    public void At_most_20_differences_remain_each_with_its_reason()
    {
        var rows = PeerTable.Of(PeerTable.Differences).Rows;

        Assert.InRange(rows.Length, 0, 20);
        Assert.All(rows, static row => Assert.False(string.IsNullOrWhiteSpace(row.Reason), row.Name));
    }

    [Theory]
    [MemberData(nameof(Differences))]
    public void A_known_difference_still_exists(string name)
    {
        var row = PeerTable.Of(PeerTable.Differences)[name];
        var here = Areas[row.Text("area")](row);

        Assert.True(row.IsClose(here, row.Here!),
            $"{name} is {string.Join(", ", here)} here, not {string.Join(", ", row.Here!)}");
        Assert.False(row.IsClose(here, row.Expected), $"{name} is the peer's now: make it a row of its area");
    }

    // The number of dropped weights, in a case in which none of them grows again.
    private static double Drops(int live, double fraction)
    {
        var mask = WeightMask.FromBytes([2 * live], [.. Enumerable.Repeat((byte)1, live), .. Enumerable.Repeat((byte)0, live)]);
        var moved = MaskMoves.Rewire(
            mask, PeerNumbers.Of(live, 2 * live), [.. Enumerable.Range(0, 2 * live).Select(i => i < live ? 0f : 1)], fraction);
        return mask.Positions().Except(moved.Positions()).Count();
    }

    private static double[] Refused(PeerRow row)
    {
        var root = ParameterScope.Root(Rule.SuPar, 0.02);
        var (rows, columns) = (Extent.Scaling(row.Integer("rows"), 2), Extent.Scaling(row.Integer("columns"), 4));
        var error = Assert.Throws<SizeException>(
            () => root.Sparse(row.Number("density")).AddMatrix("W", [rows, columns], columns, rows, default));
        Assert.EndsWith("(SUP208)", error.Message, StringComparison.Ordinal);
        return [0];
    }
}
