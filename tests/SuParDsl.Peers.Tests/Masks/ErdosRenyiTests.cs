using SuParDsl.Sparsity;

namespace SuParDsl.Peers.Tests.Masks;

/// <summary>Compares how RigL, JaxPruner, ITOP and SET distribute a density among layers.</summary>
public class ErdosRenyiTests
{
    public static TheoryData<string> Rows => PeerTable.Names("erdos-renyi");

    [Theory]
    [MemberData(nameof(Rows))]
    public void Densities_are_the_peer_s(string row) => PeerTable.Of("erdos-renyi").Check(row, Here);

    [Fact]
    public void Over_hidden_layers_ResNet_50_keeps_its_stem_and_classifier()
    {
        var tensors = ResNet50.Tensors(0.05, Distribution.ErdosRenyi);

        // By default, the density is that of 52 hidden layers, which with two dense layers is 12.7 % of all weights.
        Assert.Equal(["conv1", "fc"], tensors.Where(static tensor => !tensor.IsSparse).Select(static tensor => tensor.Name));
        Assert.Equal(0.1266, ResNet50.Density(tensors), 1e-4);
    }

    internal static double[] Here(PeerRow row)
    {
        var density = row.Number("density");
        if (row.Text("kind") == "densities")
        {
            return ErdosRenyi.Densities(row.List<long[][]>("shapes"), density);
        }

        var tensors = ResNet50.Tensors(density, Distribution.ErdosRenyiAll);
        Assert.Equal(density, ResNet50.Density(tensors), 1e-9);
        return row.Text("kind") == "flops"
            ? [ResNet50.Flops(tensors)]
            : [.. tensors.Select(static tensor => tensor.Density.Value)];
    }
}
