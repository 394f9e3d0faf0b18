using SuParDsl.Sparsity;

using static TorchSharp.torch;

namespace SuParDsl.Tests.Sparsity;

/// <summary>A net whose stem and classifier are included when the density is distributed.</summary>
[Model, Sparse(nameof(density), Distribution = Distribution.ErdosRenyiAll)]
public partial class SparseEverywhere([MuWidth(16)] int width, [Density] double density = 1.0)
{
    public Conv2d Stem { get; } = new(3, width, 3, padding: 1);
    public Conv2d Mix { get; } = new(width, width, 3, padding: 1);
    public Linear Deep { get; } = new(width, 4 * width);
    public Linear Head { get; } = new(4 * width, 10);

    [Flow] Tensor Flow(Tensor x) => (x | Stem | Relu | Mix | Relu).Pool() | Deep | Relu | Head;
}

public class ErdosRenyiTests
{
    [Fact]
    public void Densities_follow_the_sizes_and_add_up()
    {
        // 64×64: raw 128/4096 = 1/32; 64×256: raw 320/16384 = 5/256. ε·(4096/32 + 16384·5/256) = ε·448 = 0.1·20480.
        var densities = ErdosRenyi.Densities([[64, 64], [64, 256]], 0.1);

        Assert.Equal([2048 / 448.0 / 32, 2048 / 448.0 * 5 / 256], densities, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void A_matrix_that_would_exceed_1_is_full_and_the_others_take_the_rest()
    {
        var densities = ErdosRenyi.Densities([[2, 2], [100, 100]], 0.5);

        Assert.Equal(1, densities[0]);
        Assert.Equal(0.5 * 10004, 4 + (densities[1] * 10000), 1e-9);
    }

    [Fact]
    public void Kernels_count_by_the_sum_of_their_sizes()
    {
        // (8+4+3+3)/(8·4·9) against (8+8)/64.
        var densities = ErdosRenyi.Densities([[8, 4, 3, 3], [8, 8]], 0.2);

        Assert.Equal(18.0 / 288 / (16.0 / 64), densities[0] / densities[1], 1e-12);
    }

    [Fact]
    public void A_full_density_is_full_everywhere() => Assert.Equal([1.0, 1.0], ErdosRenyi.Densities([[8, 8], [8, 64]], 1));

    [Fact]
    public void Over_all_layers_the_density_is_that_of_the_whole_model()
    {
        using var model = new SparseEverywhere(SparseEverywhere.Base with { Width = 32, Density = 0.15 }, 1);
        using var again = new SparseEverywhere(SparseEverywhere.Base, 1);

        string[] names = ["Stem.weight", "Mix.weight", "Deep.weight", "Head.weight"];
        Assert.Equal(names, model.Tensors.Where(static tensor => tensor.IsSparse).Select(static tensor => tensor.Name));
        Assert.InRange(
            model.Masks.Values.Sum(static mask => mask.Kept) - (0.15 * model.Masks.Values.Sum(static mask => mask.Count)), -2, 2);
        Assert.Empty(again.Masks);

        // Each sparse layer's learning rate follows its effective fan-in, whatever its role: 1/m_ρ for an input, 1/(m·m_ρ)
        // for a hidden layer, and 1/m_ρ for a readout.
        var rows = model.MuTable.Rows.ToDictionary(static row => row.Name);
        foreach (var (name, m) in names.Zip((double[])[1, 2, 2, 1]))
        {
            Assert.Equal(
                1 / (m * model.Tensors.Single(tensor => tensor.Name == name).Density.Value),
                rows[name].LearningRateMultiplier,
                1e-9);
        }
    }

    [Theory]
    [InlineData(Distribution.ErdosRenyi, new[] { Role.Hidden })]
    [InlineData(Distribution.ErdosRenyiAll, new[] { Role.Input, Role.Hidden, Role.Output, Role.Fixed })]
    public void Hidden_matrices_are_covered_or_those_of_every_role(Distribution distribution, Role[] roles)
    {
        var root = ParameterScope.Root(Rule.SuPar, 0.02).Sparse(0.5, distribution: distribution);
        var width = Extent.Scaling(64, 64);
        root.AddMatrix("input", [width, 32], 32, width, default);
        root.AddMatrix("hidden", [width, width], width, width, default);
        root.AddMatrix("output", [32, width], width, 32, default);
        root.AddMatrix("fixed", [32, 32], 32, 32, default);
        root.Child("left").Dense().AddMatrix("weight", [width, 32], 1, width, default, canBeSparse: false);

        Assert.Equal(roles, root.Tensors.Where(static tensor => tensor.IsSparse).Select(static tensor => tensor.Role));
    }

    [Fact]
    public void Tensors_that_cannot_be_sparse_are_refused_under_a_cover_of_all_layers()
    {
        var root = ParameterScope.Root(Rule.SuPar, 0.02).Sparse(0.5, distribution: Distribution.ErdosRenyiAll);
        var width = Extent.Scaling(64, 64);
        using var embedding = new Embedding(100, 64);
        using var foreign = nn.Linear(8, 64);

        Assert.Equal(
            "Tok.weight cannot be sparse, but a [Sparse] around it covers all layers: mark its layer [Dense] (SUP219)",
            Assert.Throws<SizeException>(() => embedding.Declare(root.Child("Tok"), 100, width)).Message);
        Assert.Equal(
            "Table cannot be sparse, but a [Sparse] around it covers all layers: mark its layer [Dense] (SUP219)",
            Assert.Throws<SizeException>(() => root.AddWeight("Table", [32, width], null, null, default)).Message);
        Assert.Equal(
            "Own.weight cannot be sparse, but a [Sparse] around it covers all layers: mark its layer [Dense] (SUP219)",
            Assert.Throws<SizeException>(() => root.Child("Own").Foreign(foreign, 8, width, Role.Input)).Message);
    }
}
