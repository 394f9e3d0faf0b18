using SuParDsl.Tests.Models;
using SuParDsl.Tests.Storages;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Sparsity;

/// <summary>Masks change by one call alone, and what depends on them begins anew.</summary>
public class MaskChangeTests
{
    [Theory]
    [InlineData(Storage.Masked, true)]
    [InlineData(Storage.Masked, false)]
    [InlineData(Storage.Compressed, true)]
    public void A_tensor_with_another_mask_begins_anew(Storage storage, bool fused)
    {
        using var model = Small(storage);
        using var optimizer = model.AdamW(lr: 0.01, eps: 1e-6, fused: fused);
        Steps(model, optimizer, 3);
        model.SetMasks(new Dictionary<string, WeightMask> { ["Fc2.weight"] = Other(model) });
        var before = model.GetWeights("Fc2.weight");
        Steps(model, optimizer, 1);
        var after = model.GetWeights("Fc2.weight");

        // Adam's first step moves a weight by its whole learning rate, η/(m_d·m_ρ) = 0.01/(1/8·½), or not at all: there are no moments.
        var moves = before.Zip(after, static (b, a) => Math.Abs(a - b)).Where(static move => move > 0).ToArray();
        Assert.All(moves, static move => Assert.InRange(move, 0, 0.1601));
        Assert.True(moves.Count(static move => move > 0.159) > moves.Length / 2);
        var mask = model.Masks["Fc2.weight"];
        Assert.All(Enumerable.Range(0, after.Length), i => Assert.True(mask[i] || after[i] == 0));
        Assert.Contains(Enumerable.Range(0, after.Length), i => mask[i] && before[i] == 0 && after[i] != 0);
    }

    [Fact]
    public void The_other_tensors_go_on()
    {
        using var changed = Small(Storage.Masked);
        using var kept = Small(Storage.Masked);
        using var optimizer = changed.AdamW(lr: 0.01, eps: 1e-6);
        using var expected = kept.AdamW(lr: 0.01, eps: 1e-6);
        Steps(changed, optimizer, 3);
        Steps(kept, expected, 3);
        changed.SetMasks(new Dictionary<string, WeightMask> { ["Fc2.weight"] = Other(changed) });
        kept.SetMasks(new Dictionary<string, WeightMask> { ["Fc2.weight"] = Other(kept) });
        using var anew = kept.AdamW(lr: 0.01, eps: 1e-6);
        Steps(changed, optimizer, 1);
        Steps(kept, anew, 1);

        // From the same weights and gradients: the tensor whose mask changed takes the step of a new optimizer, the others do not.
        Assert.Equal(kept.GetWeights("Fc2.weight"), changed.GetWeights("Fc2.weight"));
        Assert.NotEqual(kept.GetWeights("Fc3.weight"), changed.GetWeights("Fc3.weight"));
        Assert.NotEqual(kept.GetWeights("Fc1.weight"), changed.GetWeights("Fc1.weight"));
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
        model.SetMasks(model.Masks.ToDictionary(static m => m.Key, static m => WeightMask.FromPacked(m.Value.Shape, m.Value.ToPacked())));
        Steps(model, optimizer, 2);
        Steps(same, expected, 2);

        Assert.Equal(same.GetWeights("Fc2.weight"), model.GetWeights("Fc2.weight"));
    }

    [Fact]
    public void Masks_that_move_realised_densities_need_a_new_optimizer()
    {
        using var model = new HandMadeMlp(32, 0.5, ruleDensity: RuleDensity.Realised);
        using var optimizer = model.AdamW(lr: 0.01);
        using var scope = NewDisposeScope();
        var (x, y) = HandMadeMlp.Batch(8);
        model.Train(optimizer, x, y);
        var rate = model.MuTable.Rows.Single(static row => row.Name == "Up.weight").LearningRate;

        model.SetMasks(new Dictionary<string, WeightMask> { ["Up.weight"] = MaskDraw.Draw(Mask.Exact, [64, 32], 0.25, 7, "Up.weight") });

        // Half the weights, twice the learning rate: the old groups are wrong.
        Assert.Equal(2 * rate, model.MuTable.Rows.Single(static row => row.Name == "Up.weight").LearningRate, 1e-12);
        Assert.Contains("make the optimizer again", Assert.Throws<InvalidOperationException>(() => model.Train(optimizer, x, y)).Message, StringComparison.Ordinal);
        using var again = model.AdamW(lr: 0.01);
        Assert.True(double.IsFinite(model.Train(again, x, y)));
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

        var shape = Assert.Throws<ArgumentException>(() => model.SetMasks(new Dictionary<string, WeightMask> { ["Fc3.weight"] = fitting, ["Fc2.weight"] = narrow }));
        var dense = Assert.Throws<ArgumentException>(() => model.SetMasks(new Dictionary<string, WeightMask> { ["Fc3.weight"] = fitting, ["Fc1.weight"] = fitting }));

        Assert.Equal("the mask of Fc2.weight has shape [32, 16], its tensor [32, 32]", shape.Message);
        Assert.Equal("Fc1.weight is no sparse tensor of this Mlp", dense.Message);
        Assert.Equal(before, model.GetWeights("Fc3.weight"));
    }

    private static Mlp Small(Storage storage)
    {
        var model = new Mlp(Mlp.Base with { Width = 32, Input = 6, Classes = 3, Density = 0.5 }, seed: 4);
        model.UseStorage(storage);
        return model;
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
