using static TorchSharp.torch;

namespace SuParDsl.Tests.Models;

/// <summary>A model that runs piece by piece with a cache computes what it computes for whole sequences.</summary>
public sealed class KeyValueCacheTests
{
    public static TheoryData<string> Models =>
        ["learned", "rotary", "rotary, sparse", "distance", "window", "mixture", "by hand"];

    [Theory]
    [MemberData(nameof(Models))]
    public void Pieces_give_the_outputs_of_the_whole(string name)
    {
        using var model = Make(name);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var ids = Ids(3, 90);
        var whole = model.call(ids);
        using var cache = model.OpenCache(batch: 3, capacity: 90);
        var start = 0L;
        foreach (var length in new[] { 5L, 1, 1, 3, 1, 60, 1, 1, 17 })
        {
            var piece = cache.Append(ids.narrow(1, start, length));
            AssertClose(whole.narrow(1, start, length), piece);
            start += length;
        }

        Assert.Equal((90, 3, 90), (cache.Length, cache.Batch, cache.Capacity));
    }

    [Fact]
    public void A_disposed_cache_is_refused()
    {
        using var model = Make("rotary");
        using var scope = NewDisposeScope();
        var cache = model.OpenCache(1, 9);
        cache.Append(Ids(1, 3));
        cache.Dispose();
        Assert.Throws<ObjectDisposedException>(() => cache.Append(Ids(1, 3)));
    }

    [Fact]
    public void A_call_without_the_cache_is_not_affected_by_it()
    {
        using var model = Make("rotary");
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var ids = Ids(1, 9);
        var whole = model.call(ids);
        using var first = model.OpenCache(1, 9);
        using var second = model.OpenCache(1, 9);
        AssertClose(whole.narrow(1, 0, 4), first.Append(ids.narrow(1, 0, 4)));
        AssertClose(whole.narrow(1, 0, 6), second.Append(ids.narrow(1, 0, 6)));
        AssertClose(whole, model.call(ids));
        AssertClose(whole.narrow(1, 4, 5), first.Append(ids.narrow(1, 4, 5)));
        AssertClose(whole.narrow(1, 6, 3), second.Append(ids.narrow(1, 6, 3)));
    }

    [Fact]
    public void Positions_can_be_dropped_and_sequences_chosen()
    {
        using var model = Make("learned");
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var ids = Ids(3, 12);
        using var cache = model.OpenCache(3, 12);
        cache.Append(ids.narrow(1, 0, 8));
        cache.Truncate(5);
        cache.Select([2, 0, 2, 1]);
        var chosen = ids.index_select(0, tensor([2L, 0, 2, 1]));
        AssertClose(model.call(chosen).narrow(1, 5, 7), cache.Append(chosen.narrow(1, 5, 7)));
        cache.Truncate(0);
        AssertClose(model.call(chosen).narrow(1, 0, 3), cache.Append(chosen.narrow(1, 0, 3)));
    }

    [Fact]
    public void The_cache_keeps_nothing_of_a_call_that_failed()
    {
        using var model = Make("rotary");
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var ids = Ids(1, 6);
        using var cache = model.OpenCache(1, 6);
        cache.Append(ids.narrow(1, 0, 4));
        Assert.Throws<IdException>(() => cache.Append(full([1, 1], 99L)));
        AssertClose(model.call(ids).narrow(1, 4, 2), cache.Append(ids.narrow(1, 4, 2)));
    }

    [Fact]
    public void Wrong_inputs_are_refused()
    {
        using var model = Make("rotary");
        using var cache = model.OpenCache(2, 6);
        using var scope = NewDisposeScope();
        Refused("the input has shape [3, 1], and the cache is for 2 sequences: its shape must begin with [2, positions]", 3, 1);
        Refused("the input has shape [2], and the cache is for 2 sequences: its shape must begin with [2, positions]", 2);
        cache.Append(Ids(2, 4));
        Refused(
            "3 positions after 4 are more than the cache's capacity of 6: open it with a larger one, or call Truncate first",
            2, 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Truncate(5));
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Select([2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.OpenCache(1, 0));

        void Refused(string message, params long[] shape) =>
            Assert.Equal(message, Assert.Throws<ArgumentException>(() => cache.Append(zeros(shape, int64))).Message);
    }

    [Fact]
    public void A_model_that_needs_the_whole_window_says_why()
    {
        using var images = new Vit(Vit.Base, seed: 1);
        Assert.Contains("is for images", images.WhyNoCache, StringComparison.Ordinal);
        using var mixed = new Mixed(Mixed.Base, seed: 1);
        Assert.Equal("Mixes.0: 'Shift' may combine positions, because it is not marked PerPosition", mixed.WhyNoCache);
        using var both = new DistanceGpt(DistanceGpt.Base with { Causal = false }, seed: 1);
        Assert.Equal("Twice: its attention is not causal", both.WhyNoCache);
        Assert.Equal(
            "this DistanceGpt cannot run with a key-value cache, because of Twice: its attention is not causal",
            Assert.Throws<NotSupportedException>(() => both.OpenCache(1, 4)).Message);
        using var causal = new DistanceGpt(DistanceGpt.Base, seed: 1);
        Assert.Null(causal.WhyNoCache);
    }

    private static Tensor Ids(long batch, long length)
    {
        var random = new Random(7);
        return tensor([.. Enumerable.Range(0, (int)(batch * length)).Select(_ => (long)random.Next(11))], [batch, length]);
    }

    private static Model Make(string name)
    {
        Model model = name switch
        {
            "learned" => new Gpt(
                Gpt.Base with { Width = 32, Layers = 2, Vocab = 11, Context = 90, HeadDim = 8, Sigma = 0.3 }, seed: 3),
            "rotary" => new RotaryGpt(RotaryGpt.Base, seed: 4),
            "rotary, sparse" => new RotaryGpt(RotaryGpt.Base with { Density = 0.25 }, seed: 5),
            "distance" => new DistanceGpt(DistanceGpt.Base, seed: 6),
            "window" => new WindowGpt(WindowGpt.Base, seed: 8),
            "mixture" => new MixtureGpt(MixtureGpt.Base, seed: 9),
            _ => new OwnForward(OwnForward.Base, seed: 7),
        };
        if (name == "rotary, sparse")
        {
            model.UseStorage(Storage.Compressed);
        }

        model.eval();
        return model;
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        using var scope = NewDisposeScope();
        var difference = (expected - actual).abs().max().item<float>();
        var size = expected.abs().max().item<float>();
        Assert.True(difference <= 1e-5 * size, $"the largest difference is {difference}, of numbers up to {size}");
    }
}
