using SuParDsl.Distributed;
using SuParDsl.Tests.Storages;
using static SuParDsl.Tests.DataParallel.ShardedWork;
using static TorchSharp.torch;

namespace SuParDsl.Tests.DataParallel;

/// <summary>
/// Ranks that each keep and update a part of the tensors take the same steps as a single process with all of them.
/// </summary>
public class ShardedOptimizerTests
{
    private const int Steps = 3;

    public static TheoryData<string, Storage, bool, int> Runs
    {
        get
        {
            var runs = new TheoryData<string, Storage, bool, int>();
            foreach (var storage in (Storage[])[Storage.Masked, Storage.Compressed])
            {
                foreach (var fused in (bool[])[true, false])
                {
                    foreach (var optimizer in (string[])["AdamW", "Adam", "Momentum", "Lion", "Muon"])
                    {
                        runs.Add(optimizer, storage, fused, storage == Storage.Masked ? 2 : 3);
                    }
                }
            }

            return runs;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Sharded_steps_are_those_of_one_process(string name, Storage storage, bool fused, int count)
    {
        using var whole = Model(storage);
        using var alone = Make(name, whole, fused);
        Train(whole, alone, Steps, double.PositiveInfinity);
        var expected = whole.Numbers();
        var bytes = alone.StateBytes;
        Train(whole, alone, Steps, maxNorm: 0.01);
        var clipped = whole.Numbers();

        var shards = ThreadRanks.Run(count, ranks =>
        {
            using var model = Model(storage);
            using var optimizer = Make(name, model, fused);
            optimizer.ShardOver(ranks);
            Train(model, optimizer, Steps, double.PositiveInfinity);
            var first = model.Numbers();
            Train(model, optimizer, Steps, maxNorm: 0.01);
            using var scope = NewDisposeScope();
            Assert.All(model.parameters(), static parameter => Assert.Null(parameter.grad));
            return (
                First: first, Last: model.Numbers(), optimizer.StateBytes,
                Names: optimizer.Groups.SelectMany(static group => group.Names).ToArray());
        });

        Assert.All(shards, shard => Assert.Equal(expected, shard.First));
        Assert.All(shards, shard => Assert.Equal(shards[0].Last, shard.Last));

        AssertClose(clipped, shards[0].Last);
        Assert.Equal(bytes, shards.Sum(static shard => shard.StateBytes));
        Assert.All(shards, shard => Assert.InRange(shard.StateBytes, 1, bytes - 1));
        Assert.Equal(whole.ParametersByName().Keys.Order(), shards.SelectMany(static shard => shard.Names).Order());
    }

    [Theory]
    [InlineData("AdamW", true)]
    [InlineData("AdamW", false)]
    [InlineData("Adam", false)]
    [InlineData("Momentum", false)]
    [InlineData("Lion", false)]
    [InlineData("Muon", true)]
    public void A_rank_without_tensors_gets_the_others(string name, bool fused)
    {
        using var whole = Model(Storage.Masked, bias: false);
        using var alone = Make(name, whole, fused);
        Train(whole, alone, Steps, maxNorm: 0.01);

        // Four tensors, five ranks.
        var shards = ThreadRanks.Run(5, ranks =>
        {
            using var model = Model(Storage.Masked, bias: false);
            using var optimizer = Make(name, model, fused);
            optimizer.ShardOver(ranks);
            Train(model, optimizer, Steps, maxNorm: 0.01);
            return (Numbers: model.Numbers(), optimizer.StateBytes, Groups: optimizer.Groups.Length);
        });

        Assert.Equal((0L, 0), (shards[4].StateBytes, shards[4].Groups));
        Assert.All(shards, shard => Assert.Equal(shards[0].Numbers, shard.Numbers));
        AssertClose(whole.Numbers(), shards[4].Numbers);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_state_is_kept_when_the_optimizer_is_sharded_later(bool fused)
    {
        using var whole = Model(Storage.Masked);
        using var alone = Make("AdamW", whole, fused);
        Train(whole, alone, 2 * Steps, double.PositiveInfinity);

        Assert.All(
            ThreadRanks.Run(2, ranks =>
            {
                using var model = Model(Storage.Masked);
                using var optimizer = Make("AdamW", model, fused);
                Train(model, optimizer, Steps, double.PositiveInfinity);
                optimizer.ShardOver(ranks);
                Train(model, optimizer, Steps, double.PositiveInfinity);
                return model.Numbers();
            }),
            numbers => Assert.Equal(whole.Numbers(), numbers));
    }

    [Fact]
    public void A_clipped_norm_is_that_of_all_tensors()
    {
        using var scope = NewDisposeScope();
        using var whole = Model(Storage.Masked);
        using var alone = Make("AdamW", whole, fused: true);
        Backward(whole);
        var expected = alone.ClipGradNorm(0.01);

        var norms = ThreadRanks.Run(3, static ranks =>
        {
            using var scope = NewDisposeScope();
            using var model = Model(Storage.Masked);
            using var optimizer = Make("AdamW", model, fused: true);
            optimizer.ShardOver(ranks);
            Backward(model);
            return (Fused: optimizer.ClipGradNorm(0.01), Again: optimizer.ClipGradNorm(1));
        });

        Assert.All(norms, norm => Assert.Equal(norms[0], norm));
        Assert.Equal(expected, norms[0].Fused, 1e-7);
        Assert.Equal(0.01, norms[0].Again, 1e-6);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_step_that_one_rank_finds_bad_is_skipped_on_all(bool scaled)
    {
        var shards = ThreadRanks.Run(3, ranks =>
        {
            using var scope = NewDisposeScope();
            using var model = Model(Storage.Masked);
            var scale = scaled ? new LossScale(1024) : null;
            using var optimizer = model.AdamW(lr: 0.01, lossScale: scale);
            optimizer.ShardOver(ranks);
            var before = model.Numbers();
            Backward(model);
            model.Head.bias!.grad!.fill_(float.PositiveInfinity);
            var norm = optimizer.step(maxNorm: 1);
            Assert.False(double.IsFinite(norm));
            Assert.Equal(before, model.Numbers());
            optimizer.zero_grad();
            Train(model, optimizer, 1, maxNorm: 1);
            return (
                Owns: optimizer.Groups.Any(static group => group.Names.Contains("Head.bias")),
                Scale: (scale?.Value, scale?.Skipped),
                Numbers: model.Numbers());
        });

        Assert.Single(shards, static shard => shard.Owns);
        Assert.All(shards, shard => Assert.Equal(scaled ? (512.0, 1) : ((double?, int?))(null, null), shard.Scale));
        Assert.All(shards, shard => Assert.Equal(shards[0].Numbers, shard.Numbers));
    }

    [Fact]
    public void Half_precision_keeps_each_float32_copy_on_one_rank()
    {
        using var whole = Half();
        using var alone = Make("Half", whole, fused: true);
        Train(whole, alone, Steps, double.PositiveInfinity, 1024);
        var masters = alone.MasterWeights.ToDictionary(
            static entry => entry.Name, static entry => TensorNumbers.Of(entry.Master));

        var shards = ThreadRanks.Run(2, static ranks =>
        {
            using var model = Half();
            using var optimizer = Make("Half", model, fused: true);
            optimizer.ShardOver(ranks);
            Train(model, optimizer, Steps, double.PositiveInfinity, 1024);
            return (Numbers: Weights(model), optimizer.StateBytes,
                Masters: optimizer.MasterWeights.ToDictionary(
                    static entry => entry.Name, static entry => TensorNumbers.Of(entry.Master)));
        });

        Assert.All(shards, shard => Assert.Equal(Weights(whole), shard.Numbers));
        Assert.Equal(alone.StateBytes, shards.Sum(static shard => shard.StateBytes));
        Assert.Equal(
            masters.OrderBy(static m => m.Key), shards.SelectMany(static shard => shard.Masters).OrderBy(static m => m.Key));

        static HandMadeMlp Half()
        {
            var model = Model(Storage.Masked);
            _ = model.to(ScalarType.BFloat16);
            return model;
        }
    }

    [Fact]
    public void An_optimizer_is_sharded_once()
    {
        using var model = Model(Storage.Masked);
        using var optimizer = Make("AdamW", model, fused: true);
        Assert.Same(ProcessGroup.Single, optimizer.ShardedOver);
        optimizer.ShardOver(ProcessGroup.Single);

        Assert.Contains(
            "already sharded", Assert.Throws<InvalidOperationException>(() => optimizer.ShardOver(ProcessGroup.Single)).Message);
    }

    // Norms are summed in another order, and in float32 if the engine sums them.
    private static void AssertClose(Dictionary<string, float[]> expected, Dictionary<string, float[]> actual) => Assert.All(
        expected,
        entry => Assert.All(entry.Value.Zip(actual[entry.Key]), static pair => Assert.Equal(pair.First, pair.Second, 1e-6)));
}
