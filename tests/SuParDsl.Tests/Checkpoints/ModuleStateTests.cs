// These tests show that TorchSharp's own calls are correct, although SUP506 recommends other ones.
#pragma warning disable SUP506

using SuParDsl.Sparsity;
using SuParDsl.Tests.Models;
using SuParDsl.Tests.Sparsity.Dynamic;
using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Checkpoints;

/// <summary>TorchSharp's own save, load, state_dict and load_state_dict include masks.</summary>
public sealed class ModuleStateTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("supardsl-").FullName;
    private readonly DisposeScope scope = NewDisposeScope();

    public static TheoryData<string, Storage, Storage> Ways()
    {
        var ways = new TheoryData<string, Storage, Storage>();
        foreach (var kind in SparseModels.Kinds)
        {
            ways.Add(kind, Storage.Masked, Storage.Masked);
            ways.Add(kind, Storage.Masked, Storage.Compressed);
            ways.Add(kind, Storage.Compressed, Storage.Masked);
            ways.Add(kind, Storage.Compressed, Storage.Compressed);
        }

        return ways;
    }

    public void Dispose()
    {
        scope.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_saved_model_is_the_same_one_when_it_is_loaded(string kind, Storage from, Storage to)
    {
        using var saved = SparseModels.New(kind, from, seed: 1);
        using var loaded = SparseModels.New(kind, to, seed: 2);
        using var optimizer = loaded.AdamW(lr: 0.01);
        SparseModels.Train(loaded, optimizer, kind);
        using (var other = saved.AdamW(lr: 0.01))
        {
            SparseModels.Train(saved, other, kind);
        }

        saved.save(Path.Combine(folder, "a.dat"));
        Assert.Same(loaded, loaded.load(Path.Combine(folder, "a.dat")));

        SparseModels.AssertEqual(saved, loaded, kind);
        SparseModels.Train(loaded, optimizer, kind);
        SparseModels.AssertSound(loaded);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_state_dictionary_carries_masks(string kind, Storage from, Storage to)
    {
        using var first = SparseModels.New(kind, from, seed: 1);
        using var second = SparseModels.New(kind, to, seed: 2);

        var (missing, unexpected) = second.load_state_dict(first.state_dict());

        Assert.Empty(missing);
        Assert.Empty(unexpected);
        SparseModels.AssertEqual(first, second, kind);
    }

    [Fact]
    public void Every_overload_of_save_and_load_does_so()
    {
        using var saved = SparseModels.New("mlp", Storage.Auto, seed: 1);
        var path = Path.Combine(folder, "a.dat");
        Action<Mlp>[] ways =
        [
            model => { saved.save(path); model.load(path, strict: false); },
            model =>
            {
                using (var file = File.Create(path))
                {
                    saved.save(file);
                }

                using var read = File.OpenRead(path);
                model.load(read);
            },
            model =>
            {
                using (var writer = new BinaryWriter(File.Create(path)))
                {
                    saved.save(writer);
                }

                using var reader = new BinaryReader(File.OpenRead(path));
                model.load(reader);
            },
            model =>
            {
                using var writer = new BinaryWriter(File.Create(path));
                nn.Module.save_state_dict(writer, saved.state_dict());
                writer.Dispose();
                nn.Module module = model;
                module.load(path);
            },
        ];
        Assert.All(ways, way =>
        {
            using var model = (Mlp)SparseModels.New("mlp", Storage.Masked, seed: 2);
            way(model);
            SparseModels.AssertEqual(saved, model, "mlp");
        });
    }

    [Theory]
    [InlineData(Storage.Masked, Storage.Compressed)]
    [InlineData(Storage.Compressed, Storage.Masked)]
    [InlineData(Storage.Compressed, Storage.Compressed)]
    public void Masks_that_have_changed_are_copied_too(Storage from, Storage to)
    {
        using var trained = EvolvingTraining.New(SparsityMethod.RigL, from);
        using var optimizer = trained.AdamW(lr: 0.01);
        using var masks = new DynamicMasks(trained, optimizer, new() { Interval = 4, Stop = 20 });
        masks.Steps(trained, 10);
        using var same = EvolvingTraining.New(SparsityMethod.RigL, to);
        Assert.NotEqual(same.Masks[EvolvingTraining.Moving].ToPacked(), trained.Masks[EvolvingTraining.Moving].ToPacked());
        using var other = same.AdamW(lr: 0.01);
        using var more = new DynamicMasks(same, other, new() { Interval = 4, Stop = 20 });
        more.Steps(same, 2);

        trained.save(Path.Combine(folder, "a.dat"));
        same.load(Path.Combine(folder, "a.dat"));

        Assert.All(trained.Tensors, tensor => Assert.Equal(trained.GetWeights(tensor.Name), same.GetWeights(tensor.Name)));
        Assert.Equal(trained.Masks[EvolvingTraining.Moving].ToPacked(), same.Masks[EvolvingTraining.Moving].ToPacked());
        more.Steps(same, 8);
        SparseModels.AssertSound(same);
    }

    [Fact]
    public void Measured_fractions_are_copied_too()
    {
        using var measured = EvolvingTraining.New(SparsityMethod.RigL, rule: Rule.Measured);
        using var optimizer = measured.AdamW(lr: 0.01);
        using var masks = new DynamicMasks(measured, optimizer, new() { Interval = 4, Stop = 20 });
        masks.Steps(measured, 6);
        using var other = EvolvingTraining.New(SparsityMethod.RigL, rule: Rule.Measured);
        using var its = other.AdamW(lr: 0.01);

        other.load_state_dict(measured.state_dict());

        Assert.NotEmpty(measured.Shares);
        Assert.Equal(measured.Shares, other.Shares);
        Assert.Equal(measured.MuTable.Fingerprint, other.MuTable.Fingerprint);
        Assert.Equal(
            optimizer.Groups.Select(static group => group.LearningRateMultiplier),
            its.Groups.Select(static group => group.LearningRateMultiplier));
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    public void Other_types_of_numbers_keep_every_bit(ScalarType type)
    {
        using var saved = SparseModels.New("mlp", Storage.Masked, seed: 1).to(type);
        using var loaded = SparseModels.New("mlp", Storage.Masked, seed: 2).to(type);
        using var optimizer = loaded.AdamW(lr: 1e-4);
        Step(loaded, optimizer);

        saved.save(Path.Combine(folder, "a.dat"));
        loaded.load(Path.Combine(folder, "a.dat"));

        Assert.All(
            saved.DenseWeights().Zip(loaded.DenseWeights()),
            static pair => Assert.True(pair.First.Dense.eq(pair.Second.Dense).all().ToBoolean()));
        var before = loaded.DenseWeight("Head.weight").clone();
        Step(loaded, optimizer);

        // Weights in half precision have float32 copies, which belonged to another model. A step of a hundredth must not
        // bring them back.
        Assert.True((loaded.DenseWeight("Head.weight") - before).abs().max().to_type(ScalarType.Float32).ToSingle() < 0.01f);
        SparseModels.AssertSound(loaded);

        using var floats = SparseModels.New("mlp", Storage.Masked, seed: 3);
        var error = Assert.Throws<CheckpointException>(() => floats.load(Path.Combine(folder, "a.dat")));
        Assert.Contains(
            $"'Fc1.weight' in the file is {type}, in this Mlp it is Float32", error.Message, StringComparison.Ordinal);

        void Step(Model model, MuOptimizer of)
        {
            of.zero_grad();
            model.call(SparseModels.Input("mlp").to_type(type)).square().mean().backward();
            of.step();
        }
    }

    [Fact]
    public void A_part_of_a_model_saves_its_own_masks()
    {
        using var first = (Gpt)SparseModels.New("gpt", Storage.Masked, seed: 1);
        using var second = (Gpt)SparseModels.New("gpt", Storage.Compressed, seed: 2);
        using var optimizer = second.AdamW(lr: 0.01);
        var path = Path.Combine(folder, "a.dat");
        nn.Module[] from = [first.Blocks, first.Blocks[0], first.Blocks[1].Attn, first.Blocks[0].Mlp.Up, first.Tok];
        nn.Module[] to = [second.Blocks, second.Blocks[0], second.Blocks[1].Attn, second.Blocks[1].Mlp.Up, second.Tok];
        foreach (var (part, other) in from.Zip(to))
        {
            part.save(path);
            other.load(path);
            Assert.All(
                part.state_dict().Zip(other.state_dict()),
                static pair => Assert.True(pair.First.Value.eq(pair.Second.Value).all().ToBoolean()));
            other.load_state_dict(part.state_dict());
        }

        Assert.Equal(first.Masks["Blocks.0.Mlp.Up.weight"].ToPacked(), second.Masks["Blocks.1.Mlp.Up.weight"].ToPacked());
        Assert.Equal(first.Masks["Blocks.1.Attn.Q.weight"].ToPacked(), second.Masks["Blocks.1.Attn.Q.weight"].ToPacked());
        SparseModels.Train(second, optimizer, "gpt");
        SparseModels.AssertSound(second);
    }

    [Fact]
    public void Raw_tensors_have_separate_methods()
    {
        using var first = (Mixed)SparseModels.New("mixed", Storage.Masked, seed: 1);
        using var second = (Mixed)SparseModels.New("mixed", Storage.Masked, seed: 2);
        first.Mixes[0].Mix.weight.detach().fill_(3);
        second.Mixes[1].Mix.load_state_dict(first.Mixes[0].Mix.state_dict());
        Assert.Equal(3, second.Mixes[1].Mix.weight.mean().ToSingle());
        Assert.Equal(["weight"], first.Mixes[0].Mix.state_dict().Keys);
    }

    [Fact]
    public void Names_that_are_skipped_take_their_masks_with_them()
    {
        using var first = SparseModels.New("mlp", Storage.Masked, seed: 1);
        using var second = SparseModels.New("mlp", Storage.Masked, seed: 2);
        using var untouched = SparseModels.New("mlp", Storage.Masked, seed: 2);
        first.save(Path.Combine(folder, "a.dat"));

        var seen = new Dictionary<string, bool>();
        second.load(Path.Combine(folder, "a.dat"), skip: ["Fc2.weight"], loadedParameters: seen);

        Assert.Equal(untouched.GetWeights("Fc2.weight"), second.GetWeights("Fc2.weight"));
        Assert.Equal(untouched.Masks["Fc2.weight"].ToPacked(), second.Masks["Fc2.weight"].ToPacked());
        Assert.Equal(first.GetWeights("Fc3.weight"), second.GetWeights("Fc3.weight"));
        Assert.Equal(first.Masks["Fc3.weight"].ToPacked(), second.Masks["Fc3.weight"].ToPacked());
        Assert.True(seen["Fc3.weight"]);
        SparseModels.AssertSound(second);

        // A tensor that was left out when the state was saved is missing.
        first.save(Path.Combine(folder, "b.dat"), skip: ["Fc2.weight"]);
        Assert.Contains("lacks Fc2.weight", Refused(() => second.load(Path.Combine(folder, "b.dat"))), StringComparison.Ordinal);
        seen.Clear();
        second.load(Path.Combine(folder, "b.dat"), strict: false, loadedParameters: seen);
        Assert.Equal(untouched.Masks["Fc2.weight"].ToPacked(), second.Masks["Fc2.weight"].ToPacked());
        Assert.False(seen["mask.Fc2.weight"]);

        // Without a mask, the weights that are not zero are the mask, and it has the declared density.
        var (missing, unexpected) = second.load_state_dict(first.state_dict(), skip: ["mask.Fc2.weight"]);
        Assert.Empty(missing.Concat(unexpected));
        SparseModels.AssertEqual(first, second, "mlp");
    }

    [Fact]
    public void Names_are_compared_if_that_is_requested()
    {
        using var first = SparseModels.New("mlp", Storage.Masked, seed: 1);
        using var second = SparseModels.New("mlp", Storage.Masked, seed: 2);
        var state = first.state_dict();
        state.Remove("Head.bias");
        state.Add("Tail.bias", zeros(3));
        var before = second.GetWeights("Fc1.weight");

        Assert.Equal(
            "the state does not fit this Mlp: it lacks Head.bias and has Tail.bias; pass strict: false to load what fits",
            Refused(() => second.load_state_dict(state)));
        Assert.Equal(before, second.GetWeights("Fc1.weight"));
        var (missing, unexpected) = second.load_state_dict(state, strict: false);
        Assert.Equal(("Head.bias", "Tail.bias"), (Assert.Single(missing), Assert.Single(unexpected)));
        Assert.Equal(first.GetWeights("Fc2.weight"), second.GetWeights("Fc2.weight"));

        state["Fc1.bias"] = zeros(1);
        Assert.Contains(
            "'Fc1.bias' in the state has shape [1], this Mlp needs [64]",
            Refused(() => second.load_state_dict(state, strict: false)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_average_over_the_entries_stops_at_the_masks_before_it_has_changed_a_weight()
    {
        using var teacher = SparseModels.New("mlp", Storage.Auto, seed: 1);
        using var student = SparseModels.New("mlp", Storage.Auto, seed: 2);
        var before = teacher.Tensors.Select(tensor => teacher.GetWeights(tensor.Name)).ToArray();
        Action<Tensor, Tensor>[] averages =
        [
            static (a, b) => a.lerp_(b, 0.1), static (a, b) => a.mul_(0.9).add_(b, alpha: 0.1), static (a, b) => a.copy_(b),
            static (a, b) => a.mul_(0.9), static (a, b) => a.add_(b, alpha: 0.1),
        ];
        foreach (var average in averages)
        {
            using var frozen = no_grad();
            Assert.ThrowsAny<Exception>(() =>
            {
                var of = student.state_dict();
                foreach (var (name, values) in teacher.state_dict())
                {
                    average(values, of[name]);
                }
            });
        }

        Assert.Equal(before, teacher.Tensors.Select(tensor => teacher.GetWeights(tensor.Name)));
    }

    [Fact]
    public void An_average_of_copies_cannot_come_back()
    {
        using var first = SparseModels.New("mlp", Storage.Auto, seed: 1);
        using var second = SparseModels.New("mlp", Storage.Auto, seed: 2);
        var of = second.state_dict();
        var average =
            first.state_dict().ToDictionary(static entry => entry.Key, entry => (0.9 * entry.Value) + (0.1 * of[entry.Key]));
        Assert.Contains("masks cannot be averaged", Refused(() => first.load_state_dict(average)), StringComparison.Ordinal);

        // Without the masks, the average has weights at the positions of both models.
        var dense = average.Where(static entry => !entry.Key.StartsWith("mask.", StringComparison.Ordinal)).ToDictionary();
        Assert.Contains(
            "'Fc2.weight' in the state has no mask, and ", Refused(() => first.load_state_dict(dense)), StringComparison.Ordinal);
    }

    [Fact]
    public void Writing_to_a_copy_is_not_ignored_silently()
    {
        using var model = SparseModels.New("mlp", Storage.Compressed, seed: 1);
        var state = model.state_dict();
        Assert.Equal([64, 64], state["Fc2.weight"].shape);
        Assert.ThrowsAny<Exception>(() => state["Fc2.weight"].mul_(2));
        Assert.Equal(2, state["Fc2.weight"].clone().fill_(2).max().ToSingle());

        using var masked = SparseModels.New("mlp", Storage.Masked, seed: 1);
        Assert.Equal(
            masked.named_parameters().First(static p => p.name == "Fc2.weight").parameter.Handle,
            masked.state_dict()["Fc2.weight"].Handle);
    }

    [Fact]
    public void A_module_around_sparse_models_is_refused_by_name()
    {
        using var inner = SparseModels.New("mlp", Storage.Masked, seed: 1);
        using var outer = new Around(inner);
        var path = Path.Combine(folder, "a.dat");
        Action[] ways =
        [
            () => outer.save(path), () => outer.load_state_dict(inner.state_dict()), () => outer.state_dict(),
            () => outer.state_dict(prefix: "x"),
        ];
        Assert.All(ways, way => Assert.Contains(
            "a module that contains this Mlp asks for its state, but could not load the mask of Fc2.weight: "
            + "save and load the Mlp itself",
            Assert.Throws<InvalidOperationException>(way).Message, StringComparison.Ordinal));

        using var block = (Gpt)SparseModels.New("gpt", Storage.Masked, seed: 1);
        using var part = new Around(block.Blocks[1]);
        Assert.Contains(
            "a module that contains this Block", Assert.Throws<InvalidOperationException>(() => part.state_dict()).Message,
            StringComparison.Ordinal);

        // A module beside others in one dictionary does not contain the model.
        var both = inner.state_dict(block.state_dict(prefix: "gpt"), "mlp");
        Assert.Contains("mlp.mask.Fc2.weight", both.Keys);
        Assert.Contains("gpt.mask.Blocks.0.Mlp.Up.weight", both.Keys);
    }

    [Fact]
    public void A_module_around_dense_models_works_as_before()
    {
        using var first = new Around(new Mlp(Mlp.Base with { Width = 64, Input = 8 }, seed: 1).Fc1);
        using var second = new Around(new Mlp(Mlp.Base with { Width = 64, Input = 8 }, seed: 2).Fc1);
        first.save(Path.Combine(folder, "a.dat"));
        second.load(Path.Combine(folder, "a.dat"));
        Assert.True(first.state_dict()["Inner.weight"].eq(second.state_dict()["Inner.weight"]).all().ToBoolean());
    }

    [Fact]
    public void A_layer_outside_a_model_works_as_before()
    {
        using var first = new Linear(3, 2);
        using var second = new Linear(3, 2);
        first.weight.detach().fill_(2);
        first.save(Path.Combine(folder, "a.dat"));
        second.load(Path.Combine(folder, "a.dat"));
        Assert.Equal(2, second.weight.mean().ToSingle());
        second.load_state_dict(new() { ["weight"] = ones(2, 3), ["bias"] = ones(2) });
        Assert.Equal(1, second.weight.mean().ToSingle());
    }

    [Fact]
    public void A_damaged_file_changes_nothing()
    {
        using var saved = SparseModels.New("mlp", Storage.Masked, seed: 1);
        using var model = SparseModels.New("mlp", Storage.Masked, seed: 2);
        saved.save(Path.Combine(folder, "a.dat"));
        var whole = File.ReadAllBytes(Path.Combine(folder, "a.dat"));
        var before = model.Tensors.Select(tensor => model.GetWeights(tensor.Name)).ToArray();
        var random = new Random(4);
        for (var trial = 0; trial < 200; trial++)
        {
            var bytes = whole[..(trial < 50 ? random.Next(whole.Length) : whole.Length)];
            for (var change = random.Next(trial < 50 ? 1 : 4); change >= 0 && bytes.Length > 0; change--)
            {
                // Most of the file consists of numbers, all of which are valid.
                bytes[random.Next(Math.Min(bytes.Length, 100))] = (byte)random.Next(256);
            }

            File.WriteAllBytes(Path.Combine(folder, "b.dat"), bytes);
            if (Record.Exception(() => model.load(Path.Combine(folder, "b.dat"))) is { } error)
            {
                Assert.True(error is CheckpointException, error.ToString());
                Assert.DoesNotContain('\n', error.Message);
                Assert.Equal(before, model.Tensors.Select(tensor => model.GetWeights(tensor.Name)));
            }
            else
            {
                SparseModels.AssertSound(model);
                before = [.. model.Tensors.Select(tensor => model.GetWeights(tensor.Name))];
            }
        }
    }

    private sealed class Around : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module inner;

        public Around(nn.Module inner) : base(nameof(Around))
        {
            this.inner = inner;
            register_module("Inner", inner);
        }

        public override Tensor forward(Tensor input) => ((nn.Module<Tensor, Tensor>)inner).call(input);

        protected override void RegisterComponents()
        {
        }
    }

    private static string Refused(Action act) => Assert.Throws<CheckpointException>(act).Message;
}
