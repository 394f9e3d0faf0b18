using static TorchSharp.torch;

namespace SuParDsl.Tests.Sparsity;

/// <summary>Two sparse matrices, one of which may have a pattern.</summary>
[Model]
public partial class Calibrated([MuWidth(16)] int width, [Density] double density = 1.0, [Density] double half = 1.0)
{
    public Linear In { get; } = new(3, width);

    [Sparse(nameof(density))]
    public Linear Mid { get; } = new(width, width);

    [Sparse(nameof(half), Mask = Mask.TwoFour)]
    public Linear Pairs { get; } = new(width, width);

    public Linear Out { get; } = new(width, 2);

    [Flow] Tensor Flow(Tensor x) => x | In | Relu | Mid | Relu | Pairs | Relu | Out;
}

/// <summary>A sparse model made of a dense one by weights and activations.</summary>
public sealed class ActivationPruningTests
{
    private static readonly Calibrated.Size Sparse = Calibrated.Base with { Density = 0.25, Half = 0.5 };

    [Theory]
    [InlineData(Storage.Masked)]
    [InlineData(Storage.Compressed)]
    public void Each_output_keeps_the_weights_with_the_largest_products(Storage storage)
    {
        using var scope = NewDisposeScope();
        using var dense = new Calibrated(Calibrated.Base, 1);
        using var sparse = new Calibrated(Sparse, 2);
        sparse.UseStorage(storage);
        Tensor[] batches = [Inputs(1), Inputs(2)];

        sparse.PruneByActivations(dense, batches);

        using var frozen = no_grad();
        var hidden = cat([.. batches.Select(batch => nn.functional.relu(dense.In.call(batch)))]);
        var scores = (dense.Mid.weight.abs() * hidden.pow(2).sum([0]).sqrt()).data<float>().ToArray();
        Assert.All(Enumerable.Range(0, 16), row =>
        {
            var kept = Enumerable.Range(0, 16).Where(column => sparse.Masks["Mid.weight"][(16 * row) + column]).ToArray();
            var largest = Enumerable.Range(0, 16).OrderByDescending(column =>
                scores[(16 * row) + column]).Take(4).Order().ToArray();
            Assert.Equal(largest, kept);
        });
        Assert.Equal(64, sparse.Masks["Mid.weight"].Kept);
        Assert.All(Enumerable.Range(0, 64), group => Assert.Equal(
            2, Enumerable.Range(4 * group, 4).Count(i => sparse.Masks["Pairs.weight"][i])));
        Assert.All(sparse.Masks, mask => Assert.Equal(
            dense.GetWeights(mask.Key).Select((weight, i) => mask.Value[i] ? weight : 0), sparse.GetWeights(mask.Key)));
        Assert.Equal(dense.GetWeights("Out.weight"), sparse.GetWeights("Out.weight"));
    }

    [Fact]
    public void What_a_division_leaves_over_is_kept_where_scores_are_largest()
    {
        using var scope = NewDisposeScope();
        using var dense = new Calibrated(Calibrated.Base, 1);
        using var sparse = new Calibrated(Sparse with { Density = 0.3 }, 2);
        sparse.PruneByActivations(dense, [Inputs(1)]);
        Assert.Equal(77, sparse.Masks["Mid.weight"].Kept);
        Assert.All(Enumerable.Range(0, 16), row => Assert.InRange(
            Enumerable.Range(16 * row, 16).Count(i => sparse.Masks["Mid.weight"][i]), 4, 16));
    }

    [Fact]
    public void A_column_without_activations_is_dropped_however_large_its_weights_are()
    {
        using var scope = NewDisposeScope();
        using var dense = new Calibrated(Calibrated.Base, 1);
        using var sparse = new Calibrated(Sparse, 2);
        var (weights, biases) = (dense.GetWeights("Mid.weight"), dense.GetWeights("In.bias"));
        biases[5] = -100; // relu makes this input zero
        for (var row = 0; row < 16; row++)
        {
            weights[(16 * row) + 5] = 50;
        }

        dense.SetWeights("Mid.weight", weights);
        dense.SetWeights("In.bias", biases);
        sparse.PruneByActivations(dense, [Inputs(1)]);
        Assert.All(Enumerable.Range(0, 16), row => Assert.False(sparse.Masks["Mid.weight"][(16 * row) + 5]));
    }

    [Fact]
    public void The_dense_model_is_as_before_and_what_does_not_fit_changes_nothing()
    {
        using var scope = NewDisposeScope();
        using var dense = new Calibrated(Sparse with { Density = 0.2 }, 1);
        using var sparse = new Calibrated(Sparse, 2);
        dense.UseStorage(Storage.Compressed);
        dense.train();
        var before = sparse.GetWeights("Mid.weight");

        Assert.Contains("pruning brings no weight back", Assert.Throws<ArgumentException>(() =>
            sparse.PruneByActivations(dense, [Inputs(1)])).Message);
        Assert.Contains("no calibration input reached Mid.weight",
            Assert.Throws<ArgumentException>(() => sparse.PruneByActivations(dense, [])).Message);
        using var images = new Patterned(Patterned.Base, 1);
        using var tiles = new Patterned(Patterned.Base with { Density = 0.25 }, 1);
        Assert.Contains(
            "is not the matrix of a Linear", Assert.Throws<ArgumentException>(() =>
                tiles.PruneByActivations(images, [ones(1, 3, 4, 4)])).Message);

        Assert.Equal((Storage.Compressed, true, Storage.Compressed), (dense.Storage, dense.training, dense.Mid.Storage));
        Assert.Equal(before, sparse.GetWeights("Mid.weight"));
    }

    private static Tensor Inputs(int seed)
    {
        using var generator = new Generator((ulong)seed);
        return randn(8, 5, 3, generator: generator).flatten(0, 1);
    }
}
