using System.Collections.Immutable;
using SuParDsl.Checkpoints;
using SuParDsl.Sparsity;
using SuParDsl.Tests.Models;
using SuParDsl.Tests.Storages;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Checkpoints;

/// <summary>A run that is saved, lost and loaded continues as if nothing had happened.</summary>
[Collection(ExclusiveCollection.Name)]
public sealed class TrainingCheckpointTests : IDisposable
{
    private const int Steps = 4;

    private readonly string folder = Directory.CreateTempSubdirectory("supardsl-").FullName;

    public static TheoryData<string, Storage, bool> Runs
    {
        get
        {
            var runs = new TheoryData<string, Storage, bool>();
            foreach (var storage in (Storage[])[Storage.Masked, Storage.Compressed])
            {
                foreach (var optimizer in (string[])["AdamW", "Adam", "Sgd", "Momentum", "Lion", "Muon"])
                {
                    runs.Add(optimizer, storage, true);
                    runs.Add(optimizer, storage, false);
                }
            }

            return runs;
        }
    }

    private string Saved => Path.Combine(folder, "saved");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Moments_find_their_tensors_where_pruning_has_put_the_groups_in_another_order()
    {
        using var scope = NewDisposeScope();
        using var from = Pruned();
        from.SetMasks(from.Masks.ToDictionary(
            static mask => mask.Key,
            mask => MaskMoves.Prune(mask.Key, mask.Value, from.GetWeights(mask.Key), from.DeclaredDensity(mask.Key))));
        using var saved = from.AdamW(lr: 0.01);
        foreach (var parameter in from.parameters())
        {
            parameter.grad = randn_like(parameter);
        }

        saved.step(maxNorm: 1);
        TrainingCheckpoint.Save(Saved, from, saved, new(1, null, ImmutableDictionary<string, string>.Empty));

        using var to = Pruned();
        using var loaded = to.AdamW(lr: 0.01);
        var dense = loaded.Groups.SelectMany(static group => group.Names).ToArray();
        TrainingCheckpoint.Load(Saved, to, loaded);

        Assert.NotEqual(dense, loaded.Groups.SelectMany(static group => group.Names));
        var expected = Moments(saved);
        Assert.All(Moments(loaded), moment => Assert.Equal(expected[moment.Key], moment.Value));

        // The model is dense at first, as at the start of gradual pruning, and has two densities in the end.
        static Gpt Pruned()
        {
            var model = new Gpt(Gpt.Base with
            {
                Width = 64, Layers = 2, Vocab = 13, Context = 8, HeadDim = 32, Attn = 0.25, Mlp = 0.5, Sigma = 0.1,
            }, seed: 1);
            model.UseMethod(SparsityMethod.Gmp);
            return model;
        }

        static Dictionary<string, float[]> Moments(MuOptimizer optimizer) =>
            optimizer.States.ToDictionary(
                static state => state.Name, static state => TensorNumbers.Of(state.State.Moments()[0]));
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Resumption_is_exact(string optimizer, Storage storage, bool fused)
    {
        using var scope = NewDisposeScope();
        using var first = Model(storage, seed: 1);
        using var one = Make(optimizer, first, fused);
        manual_seed(7);
        Train(first, one);
        TrainingCheckpoint.Save(Saved, first, one, new(Steps, 0.5, ImmutableDictionary<string, string>.Empty.Add("note", "é")));
        var expected = Train(first, one);

        using var second = Model(storage, seed: 2);
        using var two = Make(optimizer, second, fused);
        manual_seed(8);
        var position = TrainingCheckpoint.Load(Saved, second, two);

        Assert.Equal((Steps, 0.5, "é"), (position.Step, position.Loss, position.Notes["note"]));
        Assert.Equal(expected, Train(second, two));
    }

    [Theory]
    [InlineData(Storage.Masked, Storage.Compressed)]
    [InlineData(Storage.Compressed, Storage.Masked)]
    public void Storages_read_each_others_checkpoints(Storage from, Storage to)
    {
        using var scope = NewDisposeScope();
        using var first = Model(from, seed: 1);
        using var one = Make("AdamW", first, fused: true);
        Train(first, one);
        TrainingCheckpoint.Save(Saved, first, one, Position);
        var expected = Train(first, one);

        using var second = Model(to, seed: 1);
        using var two = Make("AdamW", second, fused: true);
        TrainingCheckpoint.Load(Saved, second, two);

        Assert.All(expected.Zip(Train(second, two)), static losses => Assert.Equal(losses.First, losses.Second, 1e-5));
    }

    [Fact]
    public void Half_precision_keeps_its_masters_and_its_loss_scale()
    {
        using var scope = NewDisposeScope();
        using var first = Model(Storage.Masked, seed: 1);
        _ = first.to(ScalarType.BFloat16);
        var scale = new LossScale(1024);
        using var one = first.AdamW(lr: 0.01, lossScale: scale);
        Move(first, one, float.PositiveInfinity);
        Move(first, one, 0.5f);
        TrainingCheckpoint.Save(Saved, first, one, Position);

        using var second = Model(Storage.Masked, seed: 2);
        _ = second.to(ScalarType.BFloat16);
        var other = new LossScale(8);
        using var two = second.AdamW(lr: 0.01, lossScale: other);
        TrainingCheckpoint.Load(Saved, second, two);
        Move(first, one, 0.25f);
        Move(second, two, 0.25f);

        Assert.Equal((512.0, 1), (other.Value, other.Skipped));
        Assert.Equal(scale.Value, other.Value);
        Assert.All(
            first.parameters().Zip(second.parameters()),
            static pair => Assert.True((pair.First - pair.Second).abs().max().ToDouble() == 0));

        static void Move(HandMadeMlp model, MuOptimizer optimizer, float gradient)
        {
            foreach (var parameter in model.parameters())
            {
                parameter.grad = full_like(parameter, gradient);
            }

            optimizer.step();
        }
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("optimizer.safetensors")]
    [InlineData("random.safetensors")]
    public void A_flipped_bit_is_found_before_anything_changes(string file)
    {
        Save();
        var bytes = File.ReadAllBytes(Path.Combine(Saved, file));
        bytes[^100] ^= 4;
        File.WriteAllBytes(Path.Combine(Saved, file), bytes);

        Assert.Contains("checksum", Refused());
    }

    [Theory]
    [InlineData("model.safetensors", "is missing")]
    [InlineData("manifest.json", "is missing")]
    public void A_missing_file_is_named(string file, string reason)
    {
        Save();
        File.Delete(Path.Combine(Saved, file));

        var message = Refused();
        Assert.Contains(file, message);
        Assert.Contains(reason, message);
    }

    [Theory]
    [InlineData("\"version\": 1", "\"version\": 2", "version 2")]
    [InlineData("\"rule\": \"SuPar\"", "\"rule\": \"MuP\"", "the rule of")]
    [InlineData("\"rule\": \"SuPar\"", "\"rule\": \"Sup\"", "damaged")]
    [InlineData("\"optimizer\": \"AdamW\"", "\"optimizer\": \"Lion\"", "the optimizer of")]
    [InlineData("\"step\": 4", "\"step\": -4", "step is -4")]
    [InlineData("\"model\": \"HandMadeMlp\"", "\"model\": \"../../etc\"", "the model of")]
    [InlineData("random.safetensors", "../elsewhere.safetensors", "must name")]
    [InlineData("{", "", "; it must be a checkpoint's manifest, a JSON object")]
    [InlineData("}", "", "damaged")]
    public void A_manifest_that_does_not_fit_is_refused(string old, string now, string reason)
    {
        Save();
        var path = Path.Combine(Saved, "manifest.json");
        var text = File.ReadAllText(path);
        Assert.Contains(old, text);
        File.WriteAllText(path, text.Replace(old, now));

        Assert.Contains(reason, Refused());
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_leaves_nothing()
    {
        using var model = Model(Storage.Masked, seed: 1);
        using var optimizer = Make("AdamW", model, fused: true);
        TrainingCheckpoint.Save(Saved, model, optimizer, Position);

        Assert.Contains(
            "already exists",
            Assert.Throws<IOException>(() => TrainingCheckpoint.Save(Saved, model, optimizer, Position)).Message);
        Assert.ThrowsAny<IOException>(
            () => TrainingCheckpoint.Save(Path.Combine(Saved, "manifest.json", "x"), model, optimizer, Position));
        Assert.Equal([Saved], Directory.GetFileSystemEntries(folder));
    }

    private static TrainingPosition Position => new(Steps, null, ImmutableDictionary<string, string>.Empty);

    private static HandMadeMlp Model(Storage storage, long seed)
    {
        var model = new HandMadeMlp(20, 0.3);
        model.Initialize(seed);
        model.UseStorage(storage);
        return model;
    }

    private static MuOptimizer Make(string name, HandMadeMlp model, bool fused) => name switch
    {
        "AdamW" => model.AdamW(lr: 0.01, weightDecay: 0.1, fused: fused),
        "Adam" => model.Adam(lr: 0.01, fused: fused),
        "Sgd" => model.Sgd(lr: 0.1, fused: fused),
        "Momentum" => model.Sgd(lr: 0.1, momentum: 0.9, nesterov: true, fused: fused),
        "Lion" => model.Lion(lr: 0.001, fused: fused),
        "Muon" => model.MuonWithAdamW(lr: 0.02, adamLr: 0.01, fused: fused, sparse: true),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    // Batches come from the engine's own random numbers, whose state is part of the checkpoint.
    private static double[] Train(HandMadeMlp model, MuOptimizer optimizer) =>
        [.. Enumerable.Range(0, Steps)
            .Select(_ => model.Train(optimizer, randn(16, HandMadeMlp.Inputs), randint(HandMadeMlp.Classes, [16])))];

    private void Save()
    {
        using var model = Model(Storage.Masked, seed: 1);
        using var optimizer = Make("AdamW", model, fused: true);
        TrainingCheckpoint.Save(Saved, model, optimizer, Position);
    }

    private string Refused()
    {
        using var scope = NewDisposeScope();
        using var model = Model(Storage.Masked, seed: 2);
        using var optimizer = Make("AdamW", model, fused: true);
        var before = model.Numbers();
        var message = Assert.ThrowsAny<IOException>(() => TrainingCheckpoint.Load(Saved, model, optimizer)).Message;
        Assert.Equal(before, model.Numbers());
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
