using SuParDsl.Tests.Models;

namespace SuParDsl.Tests.Initialization;

/// <summary>A model that is built from its sizes and a seed draws its weights once.</summary>
public class DrawnOnceTests
{
    private static readonly Gpt.Size Size = Gpt.Base with
    {
        Width = 32, Layers = 1, Vocab = 11, Context = 8, HeadDim = 16, Attn = 0.5, Mlp = 0.5,
    };

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(-1)]
    public void Create_draws_once(long seed)
    {
        using var flat = Create<Gpt, Gpt.Size>(Size, seed);
        using var record = Create<Counted, CountedSize>(new(8), seed);

        // Each draw sets the masks, which counts as a version of them, and fills each tensor.
        Assert.Equal((1, seed), (flat.MasksVersion, flat.Seed));
        Assert.Equal((1, seed), (record.MasksVersion, record.Seed));
    }

    [Fact]
    public void Constructors_draw_once_with_seed_0()
    {
        using var primary = new Gpt(32, 1, vocab: 11, context: 8, headDim: 16);
        using var emitted = new Gpt(Size);
        Assert.Equal((1, 0), (primary.MasksVersion, primary.Seed));
        Assert.Equal((1, 0), (emitted.MasksVersion, emitted.Seed));
    }

    [Fact]
    public void Each_way_to_a_seed_gives_the_same_weights()
    {
        using var created = Create<Gpt, Gpt.Size>(Size, 5);
        using var constructed = new Gpt(Size, seed: 5);
        using var initialised = new Gpt(Size);
        Assert.NotEqual(created.GetWeights("Blocks.0.Attn.Q.weight"), initialised.GetWeights("Blocks.0.Attn.Q.weight"));
        initialised.Initialize(5);

        foreach (var other in new[] { constructed, initialised })
        {
            Assert.Equal(created.Seed, other.Seed);
            Assert.All(created.Tensors, tensor => Assert.Equal(created.GetWeights(tensor.Name), other.GetWeights(tensor.Name)));
            Assert.All(created.Masks, entry => Assert.Equal(entry.Value.ToPacked(), other.Masks[entry.Key].ToPacked()));
        }
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused_in_both_ways()
    {
        var bad = Size with { Vocab = 0 };
        var expected = Assert.Throws<SizeException>(() => new Gpt(bad, seed: 5)).Message;
        Assert.Equal(expected, Assert.Throws<SizeException>(() => Create<Gpt, Gpt.Size>(bad, 5)).Message);

        // The objects that are half built are finalised without an error.
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    private static TModel Create<TModel, TSize>(TSize size, long seed)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : notnull =>
        TModel.Create(size, seed);
}
