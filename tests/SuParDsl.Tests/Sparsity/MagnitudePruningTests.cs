using SuParDsl.Sparsity;
using SuParDsl.Tests.Sparsity.Dynamic;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Sparsity;

/// <summary>A model with a matrix in each pattern, and a norm with statistics.</summary>
[Model]
public partial class Patterned([MuWidth(16)] int width, [Density] double density = 1.0, [Density] double half = 1.0)
{
    public Conv2d Enter { get; } = new(3, width, 1);
    public BatchNorm2d Norm { get; } = new(width);

    [Sparse(nameof(half), Mask = Mask.TwoFour)]
    public Conv2d Pairs { get; } = new(width, width, 1);

    [Sparse(nameof(density), Mask = Mask.Block8)]
    public Conv2d Tiles { get; } = new(width, width, 1);

    [Sparse(nameof(density), Mask = Mask.Balanced)]
    public Conv2d Rows { get; } = new(width, width, 1);

    public Conv2d Head { get; } = new(width, 3, 1);

    [Flow] Tensor Flow(Tensor x) => x | Enter | Norm | Relu | Pairs | Relu | Tiles | Relu | Rows | Relu | Head;
}

/// <summary>Tests a sparse model that is made from a dense one, and pruning that keeps a pattern during training.</summary>
public sealed class MagnitudePruningTests
{
    private const string Moving = EvolvingTraining.Moving;

    private static readonly Patterned.Size Sparse = Patterned.Base with { Density = 0.25, Half = 0.5 };

    [Fact]
    public void A_sparse_model_takes_the_largest_weights_of_a_dense_one()
    {
        using var scope = NewDisposeScope();
        using var dense = new Patterned(Patterned.Base, 1);
        using var sparse = new Patterned(Sparse, 2);
        dense.train();
        using var generator = new Generator(1);
        dense.call(randn(8, 3, 4, 4, generator: generator));
        sparse.PruneFrom(dense);

        Assert.Equal(
            (128, 64, 64),
            (sparse.Masks["Pairs.weight"].Kept, sparse.Masks["Tiles.weight"].Kept, sparse.Masks["Rows.weight"].Kept));
        foreach (var (name, mask) in sparse.Masks)
        {
            var expected = dense.GetWeights(name).Select((weight, i) => mask[i] ? weight : 0);
            Assert.Equal(expected, sparse.GetWeights(name));
        }

        var pairs = dense.GetWeights("Pairs.weight");
        Assert.All(sparse.Masks["Pairs.weight"].Positions(), i => Assert.True(
            Enumerable.Range((int)i / 4 * 4, 4).Count(other => Math.Abs(pairs[other]) > Math.Abs(pairs[i])) < 2));
        Assert.Equal(dense.GetWeights("Enter.weight"), sparse.GetWeights("Enter.weight"));
        Assert.Contains(Mean(dense), static mean => mean != 0);
        Assert.Equal(Mean(dense), Mean(sparse));

        static float[] Mean(Model model) =>
            TensorNumbers.Of(model.named_buffers().Single(static buffer => buffer.name == "Norm.running_mean").buffer);
    }

    [Theory]
    [InlineData(Storage.Masked)]
    [InlineData(Storage.Compressed)]
    public void Storages_are_pruned_alike(Storage storage)
    {
        using var dense = new Evolving(Evolving.Base with { Width = 32, Density = 1 }, 1);
        using var sparse = new Evolving(Evolving.Base with { Width = 32, Density = 0.1 }, 2);
        sparse.UseStorage(storage);
        sparse.PruneFrom(dense);

        var weights = dense.GetWeights(Moving);
        var least = sparse.Masks[Moving].Positions().Min(i => Math.Abs(weights[i]));
        Assert.Equal(102, sparse.Masks[Moving].Kept);
        Assert.Equal(102, weights.Count(weight => Math.Abs(weight) >= least));
        Assert.Equal(weights.Select(weight => Math.Abs(weight) >= least ? weight : 0), sparse.GetWeights(Moving));
    }

    [Fact]
    public void Globally_only_the_total_follows_the_densities()
    {
        using var dense = new Annotated(Annotated.Base, 1);
        using var sparse = new Annotated(Annotated.Base with { Density = 0.25 }, 2);
        dense.SetWeights("Own.weight", [.. dense.GetWeights("Own.weight").Select(static weight => 8 * weight)]);

        sparse.PruneFrom(dense, global: true);
        Assert.Equal(192, sparse.Masks.Values.Sum(static mask => mask.Kept));
        Assert.True(sparse.Masks["Own.weight"].Kept > 150);

        // After the division by its norm, the large tensor is like the others.
        sparse.PruneFrom(dense, global: true, normalize: true);
        Assert.Equal(192, sparse.Masks.Values.Sum(static mask => mask.Kept));
        Assert.All(sparse.Masks.Values, static mask => Assert.InRange(mask.Kept, 50, 80));
    }

    [Fact]
    public void A_model_that_cannot_be_pruned_from_is_refused()
    {
        using var sparse = new Patterned(Sparse, 2);
        using var wide = new Patterned(Sparse with { Width = 32 }, 1);
        using var other = new Evolving(Evolving.Base with { Density = 1 }, 1);
        using var dense = new Patterned(Patterned.Base, 1);
        using var annotated = new Annotated(Annotated.Base, 1);
        var before = sparse.Masks.ToDictionary(static mask => mask.Key, static mask => mask.Value.ToPacked());

        Assert.Equal(
            "Enter.weight of the Patterned to prune has shape [32, 3, 1, 1], not [16, 3, 1, 1]",
            Message(() => sparse.PruneFrom(wide)));
        Assert.Equal(
            "Enter.weight of the Evolving to prune has shape [16, 6], not [16, 3, 1, 1]", Message(() => sparse.PruneFrom(other)));
        Assert.Equal("the Annotated to prune has no Enter.weight", Message(() => other.PruneFrom(annotated)));
        Assert.Equal(
            "the mask of Pairs.weight is TwoFour, and global pruning ranks single weights: prune tensor by tensor, "
            + "or give Exact or Bernoulli",
            Message(() => sparse.PruneFrom(dense, global: true)));
        Assert.StartsWith(
            "pruning must be global to normalize", Message(() => sparse.PruneFrom(dense, normalize: true)),
            StringComparison.Ordinal);
        Assert.StartsWith("the density of Tiles.weight is 0.25, and pruning should reach 0.5 now", Message(() =>
        {
            using var denser = new Patterned(Sparse with { Density = 0.5 }, 1);
            denser.PruneFrom(sparse);
        }), StringComparison.Ordinal);
        Assert.All(sparse.Masks, mask => Assert.Equal(before[mask.Key], mask.Value.ToPacked()));
    }

    [Fact]
    public void Gradual_pruning_keeps_every_pattern()
    {
        using var model = new Patterned(Sparse, 1);
        model.UseMethod(SparsityMethod.Gmp);
        using var optimizer = model.AdamW(lr: 0.01);
        using var masks = new DynamicMasks(model, optimizer, new() { Interval = 2, Stop = 8 });
        List<(long, long, long)> kept = [];
        for (var step = 0; step < 10; step++)
        {
            kept.Add((model.Masks["Pairs.weight"].Kept, model.Masks["Tiles.weight"].Kept, model.Masks["Rows.weight"].Kept));
            using var scope = NewDisposeScope();
            using var generator = new Generator((ulong)step);
            model.call(randn(4, 3, 2, 2, generator: generator)).square().mean().backward();
            masks.Step(1);
        }

        // At t = 1/4, 1/2, 3/4 and 1, a fraction of (1 − t)³ of the weights to prune is still there: 182 of 256 under 2:4,
        // 2 of 4 tiles, 9 of 16 weights per row.
        Assert.Equal(
            [(256, 256, 256), (182, 128, 144), (144, 64, 96), (130, 64, 64), (128, 64, 64)],
            kept.Where(static (_, step) => step % 2 == 0));
        Assert.Equal(4, masks.Updates);
        Assert.All(
            model.Masks["Pairs.weight"].Positions().GroupBy(static i => i / 4), static four => Assert.Equal(2, four.Count()));
    }

    [Fact]
    public void A_pattern_does_not_go_with_global_pruning()
    {
        using var model = new Patterned(Sparse, 1);
        model.UseMethod(SparsityMethod.Gmp);
        using var optimizer = model.AdamW(lr: 0.01);

        Assert.Equal(
            "the mask of Pairs.weight is TwoFour, and global pruning ranks single weights: prune tensor by tensor, "
            + "or give Exact or Bernoulli",
            Message(() => new DynamicMasks(model, optimizer, new() { Interval = 2, Stop = 8, Global = true })));
        Assert.Equal(
            "the mask of Pairs.weight is TwoFour, a pattern that RigL would not keep: it must be Exact or Bernoulli (SUP216)",
            Assert.Throws<SizeException>(() => model.UseMethod(SparsityMethod.RigL)).Message);
    }

    [Fact]
    public void A_pattern_that_does_not_fit_is_refused_before_it_is_pruned_to() => Assert.Equal(
        "the density of Pairs.weight is 0.4: a 2:4 mask keeps exactly 0.5 (SUP210)",
        Assert.Throws<SizeException>(static () => new Patterned(Sparse with { Half = 0.4 }, 1)).Message);

    private static string Message(Action act) => Assert.Throws<ArgumentException>(act).Message;
}
