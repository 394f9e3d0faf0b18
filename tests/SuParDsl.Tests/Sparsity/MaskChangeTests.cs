using SuParDsl.Sparsity;
using SuParDsl.Tests.Models;
using SuParDsl.Tests.Storages;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Sparsity;

/// <summary>Masks change by a single call, and everything that depends on them follows.</summary>
public class MaskChangeTests
{
    [Theory]
    [InlineData(Storage.Masked, true)]
    [InlineData(Storage.Masked, false)]
    [InlineData(Storage.Compressed, true)]
    [InlineData(Storage.Compressed, false)]
    public void Kept_weights_continue_and_new_ones_start_without_moments(Storage storage, bool fused)
    {
        using var scope = NewDisposeScope();
        using var model = Small(storage);
        using var optimizer = model.AdamW(lr: 0.01, eps: 1e-6, fused: fused);
        Steps(model, optimizer, 3);
        var (oldMask, before) = (model.Masks["Fc2.weight"], Moments(model, optimizer));
        model.SetMasks(new Dictionary<string, WeightMask> { ["Fc2.weight"] = Other(model) });
        var (mask, after) = (model.Masks["Fc2.weight"], Moments(model, optimizer));

        Assert.Equal(3, optimizer.States.First(static s => s.Name == "Fc2.weight").State.Steps());
        Assert.All(mask.Positions(), i => Assert.Equal(oldMask[i] ? before[i] : 0, after[i]));
        Assert.Contains(mask.Positions(), i => oldMask[i] && after[i] != 0);
        Assert.Contains(mask.Positions(), i => !oldMask[i]);
        Steps(model, optimizer, 1);
        var weights = model.GetWeights("Fc2.weight");
        Assert.All(Enumerable.Range(0, weights.Length), i => Assert.True(mask[i] || weights[i] == 0));
        Assert.Contains(mask.Positions(), i => !oldMask[i] && weights[i] != 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Another_storage_changes_no_step(bool fused)
    {
        using var moved = Small(Storage.Masked);
        using var stayed = Small(Storage.Masked);
        using var optimizer = moved.AdamW(lr: 0.01, eps: 1e-6, fused: fused);
        using var expected = stayed.AdamW(lr: 0.01, eps: 1e-6, fused: fused);
        Steps(moved, optimizer, 3);
        Steps(stayed, expected, 3);
        moved.UseStorage(Storage.Compressed);
        Steps(moved, optimizer, 3);
        Steps(stayed, expected, 3);

        Assert.All(
            moved.Tensors,
            tensor => Assert.All(
                moved.GetWeights(tensor.Name).Zip(stayed.GetWeights(tensor.Name)),
                static pair => Assert.Equal(pair.First, pair.Second, 1e-5)));
    }

    [Fact]
    public void Float32_copies_of_half_precision_weights_are_kept()
    {
        using var model = new HandMadeMlp(32, 0.5);
        _ = model.to(ScalarType.BFloat16);
        using var optimizer = model.AdamW(lr: 0.01, lossScale: new LossScale());
        using var scope = NewDisposeScope();
        var before = optimizer.MasterWeights.ToDictionary(static m => m.Name, static m => TensorNumbers.Of(m.Master));
        model.SetMasks(
            new Dictionary<string, WeightMask> { ["Up.weight"] = MaskDraw.Draw(Mask.Exact, [64, 32], 0.5, 7, "Up.weight") });
        _ = optimizer.States.Count();
        var after = optimizer.MasterWeights.ToDictionary(static m => m.Name, static m => TensorNumbers.Of(m.Master));

        Assert.Equal(before["Down.weight"], after["Down.weight"]);
        var mask = model.Masks["Up.weight"];
        Assert.All(Enumerable.Range(0, 64 * 32), i => Assert.Equal(mask[i] ? before["Up.weight"][i] : 0, after["Up.weight"][i]));
    }

    [Fact]
    public void Equal_masks_change_nothing()
    {
        using var model = Small(Storage.Masked);
        using var same = Small(Storage.Masked);
        using var optimizer = model.AdamW(lr: 0.01);
        using var expected = same.AdamW(lr: 0.01);
        Steps(model, optimizer, 2);
        Steps(same, expected, 2);
        model.SetMasks(
            model.Masks.ToDictionary(static m => m.Key, static m => WeightMask.FromPacked(m.Value.Shape, m.Value.ToPacked())));
        Steps(model, optimizer, 2);
        Steps(same, expected, 2);

        Assert.Equal(same.GetWeights("Fc2.weight"), model.GetWeights("Fc2.weight"));
    }

    [Fact]
    public void Learning_rates_follow_realised_densities()
    {
        using var model = new HandMadeMlp(32, 0.5, ruleDensity: RuleDensity.Realised);
        using var optimizer = model.AdamW(lr: 0.01);
        using var scope = NewDisposeScope();
        var (x, y) = HandMadeMlp.Batch(8);
        model.Train(optimizer, x, y);
        var rate = Rate();

        model.SetMasks(
            new Dictionary<string, WeightMask> { ["Up.weight"] = MaskDraw.Draw(Mask.Exact, [64, 32], 0.25, 7, "Up.weight") });
        model.Train(optimizer, x, y);

        // With half the weights, the learning rate is twice as high.
        Assert.Equal(2 * rate, Rate(), 1e-12);

        double Rate() => optimizer.Groups.Single(static group => group.Names.Contains("Up.weight")).LearningRateMultiplier;
    }

    /// <summary>Each member is the first one that is called after a change.</summary>
    [Theory]
    [InlineData(nameof(MuOptimizer.MaskOf))]
    [InlineData(nameof(MuOptimizer.CountOf))]
    [InlineData(nameof(MuOptimizer.States))]
    [InlineData(nameof(MuOptimizer.Groups))]
    [InlineData(nameof(MuOptimizer.MasterWeights))]
    public void No_member_knows_the_old_masks(string member)
    {
        using var scope = NewDisposeScope();
        using var model = new HandMadeMlp(32, 0.5, ruleDensity: RuleDensity.Realised);
        if (member == nameof(MuOptimizer.MasterWeights))
        {
            _ = model.to(ScalarType.BFloat16);
        }

        using var optimizer = model.AdamW(lr: 0.01);
        var before = optimizer.Groups;
        var master = optimizer.MasterWeights.FirstOrDefault().Master;
        var mask = MaskDraw.Draw(Mask.Exact, [64, 32], 0.25, 7, "Up.weight");
        model.SetMasks(new Dictionary<string, WeightMask> { ["Up.weight"] = mask });
        if (member is nameof(MuOptimizer.CountOf) or nameof(MuOptimizer.States))
        {
            model.UseStorage(Storage.Compressed);
        }

        switch (member)
        {
            case nameof(MuOptimizer.MaskOf):
                Assert.Same(model.Masks["Up.weight"], optimizer.MaskOf("Up.weight"));
                break;
            case nameof(MuOptimizer.CountOf):
                Assert.Equal(mask.Kept, optimizer.CountOf("Up.weight"));
                break;
            case nameof(MuOptimizer.States):
                Assert.Equal(mask.Kept, optimizer.States.Single(static s => s.Name == "Up.weight").State.Moments()[0].numel());
                break;
            case nameof(MuOptimizer.Groups):
                Assert.NotEqual<object>(before, optimizer.Groups);
                break;
            default:
                Assert.NotSame(master, optimizer.MasterWeights.First().Master);
                Assert.True(master.IsInvalid);
                break;
        }
    }

    [Fact]
    public void The_end_of_pruning_does_not_limit_other_masks()
    {
        using var other = new HandMadeMlp(32, 0.5, ruleDensity: RuleDensity.Realised, rule: Rule.SuParFinal);

        other.SetMasks(
            new Dictionary<string, WeightMask> { ["Up.weight"] = MaskDraw.Draw(Mask.Exact, [64, 32], 0.25, 7, "Up.weight") });

        Assert.Equal(0.25, other.Tensors.Single(static tensor => tensor.Name == "Up.weight").Density.Value);
    }

    [Fact]
    public void Training_changes_no_mask()
    {
        using var model = Small(Storage.Auto);
        var before = model.Masks.ToDictionary(static m => m.Key, static m => m.Value.ToPacked());
        using var optimizer = model.AdamW(lr: 0.01, weightDecay: 0.1);
        Steps(model, optimizer, 5);

        Assert.All(model.Masks, mask => Assert.Equal(before[mask.Key], mask.Value.ToPacked()));
    }

    [Fact]
    public void A_mask_that_does_not_fit_is_refused_and_nothing_changes()
    {
        using var model = Small(Storage.Masked);
        var before = model.GetWeights("Fc3.weight");
        var fitting = WeightMask.FromBytes([32, 32], new byte[1024]);
        var narrow = WeightMask.FromBytes([32, 16], new byte[512]);

        var shape = Assert.Throws<ArgumentException>(
            () => model.SetMasks(new Dictionary<string, WeightMask> { ["Fc3.weight"] = fitting, ["Fc2.weight"] = narrow }));
        var dense = Assert.Throws<ArgumentException>(
            () => model.SetMasks(new Dictionary<string, WeightMask> { ["Fc3.weight"] = fitting, ["Fc1.weight"] = fitting }));

        Assert.Equal("the mask of Fc2.weight has shape [32, 16], its tensor [32, 32]", shape.Message);
        Assert.Equal("Fc1.weight is not a sparse tensor of this Mlp", dense.Message);
        Assert.Equal(before, model.GetWeights("Fc3.weight"));
    }

    private static Mlp Small(Storage storage)
    {
        var model = new Mlp(Mlp.Base with { Width = 32, Input = 6, Classes = 3, Density = 0.5 }, seed: 4);
        model.UseStorage(storage);
        return model;
    }

    private static float[] Moments(Mlp model, MuOptimizer optimizer)
    {
        var moment = TensorNumbers.Of(optimizer.States.First(static s => s.Name == "Fc2.weight").State.Moments()[0]);
        var mask = model.Masks["Fc2.weight"];
        var all = new float[mask.Count];
        foreach (var (position, place) in mask.Positions().Select(static (position, place) => (position, place)))
        {
            all[position] = moment[moment.Length == mask.Count ? position : place];
        }

        return all;
    }

    private static WeightMask Other(Model model) => MaskDraw.Draw(Mask.Exact, [32, 32], 0.5, model.Seed + 1, "Fc2.weight");

    private static void Steps(Mlp model, MuOptimizer optimizer, int count)
    {
        for (var step = 0; step < count; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            nn.functional.cross_entropy(model.call(ForwardTests.Input(12, 6)), arange(12) % 3).backward();
            optimizer.step();
        }
    }
}
