using SuParDsl.Tests.Storages;
using static TorchSharp.torch;

namespace SuParDsl.Tests.DataParallel;

/// <summary>Ranks that each keep and move a part of the tensors take the steps of one that has all.</summary>
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
            Assert.All(model.parameters(), static parameter => Assert.Equal(0, parameter.grad!.abs().max().ToDouble()));
            return (First: first, Last: model.Numbers(), optimizer.StateBytes, Names: optimizer.Groups.SelectMany(static group => group.Names).ToArray());
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
    public void What_was_remembered_goes_on(bool fused)
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
            return (Owns: optimizer.Groups.Any(static group => group.Names.Contains("Head.bias")), Scale: (scale?.Value, scale?.Skipped), Numbers: model.Numbers());
        });

        Assert.Single(shards, static shard => shard.Owns);
        Assert.All(shards, shard => Assert.Equal(scaled ? (512.0, 1) : ((double?, int?))(null, null), shard.Scale));
        Assert.All(shards, shard => Assert.Equal(shards[0].Numbers, shard.Numbers));
    }

    [Fact]
    public void Half_precision_keeps_each_finer_copy_on_one_rank()
    {
        using var whole = Half();
        using var alone = whole.AdamW(lr: 0.01, lossScale: new(1024));
        Train(whole, alone, Steps, double.PositiveInfinity, 1024);
        var masters = alone.MasterWeights.ToDictionary(static entry => entry.Name, static entry => ModelWeights.NumbersOf(entry.Master));

        var shards = ThreadRanks.Run(2, static ranks =>
        {
            using var model = Half();
            using var optimizer = model.AdamW(lr: 0.01, lossScale: new(1024));
            optimizer.ShardOver(ranks);
            Train(model, optimizer, Steps, double.PositiveInfinity, 1024);
            return (Numbers: Weights(model), optimizer.StateBytes,
                Masters: optimizer.MasterWeights.ToDictionary(static entry => entry.Name, static entry => ModelWeights.NumbersOf(entry.Master)));
        });

        Assert.All(shards, shard => Assert.Equal(Weights(whole), shard.Numbers));
        Assert.Equal(alone.StateBytes, shards.Sum(static shard => shard.StateBytes));
        Assert.Equal(masters.OrderBy(static m => m.Key), shards.SelectMany(static shard => shard.Masters).OrderBy(static m => m.Key));

        static HandMadeMlp Half()
        {
            var model = Model(Storage.Masked);
            _ = model.to(ScalarType.BFloat16);
            return model;
        }
    }

    [Theory]
    [InlineData("AdamW", true)]
    [InlineData("AdamW", false)]
    [InlineData("Muon", true)]
    public void Other_masks_and_storages_are_followed(string name, bool fused)
    {
        using var whole = Model(Storage.Masked);
        using var alone = Make(name, whole, fused);
        var expected = Moving(whole, alone);

        Assert.All(
            ThreadRanks.Run(3, ranks =>
            {
                using var model = Model(Storage.Masked);
                using var optimizer = Make(name, model, fused);
                optimizer.ShardOver(ranks);
                return Moving(model, optimizer);
            }),
            numbers => Assert.Equal(expected, numbers));

        static Dictionary<string, float[]> Moving(HandMadeMlp model, MuOptimizer optimizer)
        {
            Train(model, optimizer, Steps, double.PositiveInfinity);
            model.SetMasks(new Dictionary<string, WeightMask> { ["Up.weight"] = MaskDraw.Draw(Mask.Exact, [40, 20], 0.5, 7, "Up.weight") });
            Train(model, optimizer, Steps, double.PositiveInfinity);
            model.UseStorage(Storage.Compressed);
            Train(model, optimizer, Steps, double.PositiveInfinity);
            return model.Numbers();
        }
    }

    [Theory]
    [InlineData(SparsityMethod.RigL)]
    [InlineData(SparsityMethod.Set)]
    [InlineData(SparsityMethod.Gmp)]
    public void Masks_that_move_by_a_method_are_those_of_one_process(SparsityMethod method)
    {
        var expected = Moved(Ranks.Alone);
        Assert.All(ThreadRanks.Run(2, Moved), numbers => Assert.Equal(expected, numbers));

        Dictionary<string, float[]> Moved(Ranks ranks)
        {
            using var model = new HandMadeMlp(20, 0.3);
            model.UseMethod(method);
            model.UseStorage(Storage.Compressed);
            using var optimizer = Make("AdamW", model, fused: true);
            optimizer.ShardOver(ranks);
            using var masks = new DynamicMasks(model, optimizer, new() { Interval = 2, Stop = 6 }, ranks: ranks);
            for (var step = 0; step < 8; step++)
            {
                using var scope = NewDisposeScope();
                Backward(model);
                masks.Step(double.PositiveInfinity);
            }

            Assert.InRange(masks.Updates, 2, 3);
            return model.Numbers();
        }
    }

    [Theory]
    [InlineData(Storage.Masked)]
    [InlineData(Storage.Compressed)]
    public void What_is_masked_does_not_travel(Storage storage) => Assert.All(
        ThreadRanks.Run(2, ranks =>
        {
            using var model = Model(storage);
            using var optimizer = Make("AdamW", model, fused: true);
            Assert.Equal(0, optimizer.BytesPerStep);
            optimizer.ShardOver(ranks);
            var dropped = model.Masks.Values.Sum(static mask => mask.Count - mask.Kept);
            Assert.Equal(4 * (model.Tensors.Sum(static tensor => tensor.Count) - dropped), optimizer.BytesPerStep);
            return dropped;
        }),
        static dropped => Assert.True(dropped > 1000));

    [Fact]
    public void An_optimizer_is_sharded_once()
    {
        using var model = Model(Storage.Masked);
        using var optimizer = Make("AdamW", model, fused: true);
        Assert.Same(Ranks.Alone, optimizer.ShardedOver);
        optimizer.ShardOver(Ranks.Alone);

        Assert.Contains("sharded already", Assert.Throws<InvalidOperationException>(() => optimizer.ShardOver(Ranks.Alone)).Message);
    }

    private static HandMadeMlp Model(Storage storage, bool bias = true)
    {
        var model = new HandMadeMlp(20, 0.3, bias);
        model.UseStorage(storage);
        return model;
    }

    private static MuOptimizer Make(string name, Model model, bool fused) => name switch
    {
        "AdamW" => model.AdamW(lr: 0.01, weightDecay: 0.1, fused: fused),
        "Adam" => model.Adam(lr: 0.01, fused: fused),
        "Momentum" => model.Sgd(lr: 0.1, momentum: 0.9, fused: fused),
        "Lion" => model.Lion(lr: 0.001, weightDecay: 0.1, fused: fused),
        "Muon" => model.MuonWithAdamW(lr: 0.02, adamLr: 0.01, weightDecay: 0.1, fused: fused, sparse: true),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    // The same batch on every rank: its gradients are those that an average over the ranks would leave.
    private static void Train(HandMadeMlp model, MuOptimizer optimizer, int count, double maxNorm, double scale = 1)
    {
        for (var step = 0; step < count; step++)
        {
            using var scope = NewDisposeScope();
            Backward(model, scale);
            Assert.True(double.IsFinite(optimizer.step(maxNorm)));
        }
    }

    private static void Backward(HandMadeMlp model, double scale = 1)
    {
        using var scope = NewDisposeScope();
        var (x, y) = HandMadeMlp.Batch(16);
        (nn.functional.cross_entropy(model.call(x.to_type(model.First.weight.dtype)), y) * scale).backward();
    }

    private static Dictionary<string, float[]> Weights(Model model) =>
        model.ParametersByName().ToDictionary(static p => p.Key, static p => ModelWeights.NumbersOf(p.Value));

    // Norms add up in another order, in float32 where the engine does it.
    private static void AssertClose(Dictionary<string, float[]> expected, Dictionary<string, float[]> actual) => Assert.All(
        expected, entry => Assert.All(entry.Value.Zip(actual[entry.Key]), static pair => Assert.Equal(pair.First, pair.Second, 1e-6)));
}
