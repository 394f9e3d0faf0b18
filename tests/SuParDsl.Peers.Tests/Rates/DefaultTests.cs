using SuParDsl.Lab.Training;
using SuParDsl.Sparsity;

namespace SuParDsl.Peers.Tests.Rates;

/// <summary>The defaults of this project and of the peers.</summary>
public class DefaultTests
{
    public static TheoryData<string> Rows => PeerTable.Names("defaults");

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_default_is_the_peer_s(string row) => PeerTable.Of("defaults").Check(row, Here);

    internal static double[] Here(PeerRow row) => [Convert.ToDouble(
        (row.Text("method"), row.Text("parameter")) switch
        {
            ("lab", var setting) => Property(new TrainingOptions(), setting),
            ("masks", var setting) => Property(new MaskSchedule { Stop = 1 }, setting),
            var (method, parameter) =>
                typeof(ModelOptimizers).GetMethod(method)!.GetParameters().Single(p => p.Name == parameter).DefaultValue,
        },
        System.Globalization.CultureInfo.InvariantCulture)];

    private static object? Property(object of, string name) => of.GetType().GetProperty(name)!.GetValue(of);
}
