using SuParDsl.Kernels;
using SuParDsl.Sparsity;
using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Storages;

/// <summary>Masked and compressed weights compute the same results.</summary>
public class StorageTests
{
    private const int Width = 48;

    [Theory]
    [InlineData("AdamW", true)]
    [InlineData("AdamW", false)]
    [InlineData("Sgd", true)]
    [InlineData("Lion", true)]
    [InlineData("Muon", true)]
    public void Both_storages_train_alike(string optimizer, bool bias)
    {
        using var scope = NewDisposeScope();
        using var masked = Model(Storage.Masked, bias);
        using var compressed = Model(Storage.Compressed, bias);
        using var first = Make(optimizer, masked);
        using var second = Make(optimizer, compressed);
        var (x, y) = HandMadeMlp.Batch(70);
        AssertClose(masked.Numbers(), compressed.Numbers(), 0);
        Assert.All(masked.Masks, entry => Assert.Equal(entry.Value.ToPacked(), compressed.Masks[entry.Key].ToPacked()));

        for (var step = 0; step < 50; step++)
        {
            var (expected, actual) = (masked.Train(first, x, y), compressed.Train(second, x, y));
            Assert.Equal(expected, actual, 1e-4 * expected);
        }

        // A sign can flip where a moment is near zero.
        AssertClose(masked.Numbers(), compressed.Numbers(), optimizer == "Lion" ? 0.05 : 1e-3);
    }

    [Fact]
    public void Gradients_are_the_kept_ones_of_the_dense_matrix()
    {
        using var scope = NewDisposeScope();
        using var masked = Model(Storage.Masked);
        using var compressed = Model(Storage.Compressed);
        var (x, y) = HandMadeMlp.Batch(33);
        var inputs = new[] { x.clone().requires_grad_(), x.clone().requires_grad_() };
        nn.functional.cross_entropy(masked.call(inputs[0]), y).backward();
        nn.functional.cross_entropy(compressed.call(inputs[1]), y).backward();

        AssertClose(inputs[0].grad!, inputs[1].grad!);
        AssertClose(masked.Up.bias!.grad!, compressed.Up.bias!.grad!);
        var mask = masked.Masks["Up.weight"];
        Assert.Equal(Storage.Compressed, compressed.Up.Storage);
        Assert.Equal(mask.Kept, compressed.Up.weight.numel());
        var dense = masked.Up.weight.grad!.data<float>().ToArray();
        float[] kept = [.. Enumerable.Range(0, dense.Length).Where(i => mask[i]).Select(i => dense[i])];
        AssertClose(tensor(kept), compressed.Up.weight.grad!);
    }

    [Fact]
    public void Nothing_changes_without_gradients()
    {
        using var scope = NewDisposeScope();
        using var model = Model(Storage.Compressed);
        var (x, _) = HandMadeMlp.Batch(20);
        var expected = model.call(x);
        using var frozen = no_grad();

        Assert.Equal(expected.data<float>().ToArray(), model.call(x).data<float>().ToArray());
    }

    [Fact]
    public void A_new_seed_draws_the_same_for_both_storages()
    {
        using var scope = NewDisposeScope();
        using var masked = Model(Storage.Masked);
        using var compressed = Model(Storage.Compressed);

        masked.Initialize(7);
        compressed.Initialize(7);

        Assert.Equal(Storage.Compressed, compressed.Down.Storage);
        AssertClose(masked.Numbers(), compressed.Numbers(), 0);
        Assert.Equal(masked.MuTable.ToJson(), compressed.MuTable.ToJson());
    }

    [Fact]
    public void Dense_weights_can_be_copied_to_another_storage()
    {
        using var scope = NewDisposeScope();
        using var masked = Model(Storage.Masked);
        using var compressed = Model(Storage.Compressed);
        masked.Initialize(3);
        compressed.SetMasks(masked.Masks);
        foreach (var (name, dense) in masked.DenseWeights())
        {
            compressed.SetDenseWeight(name, dense);
        }

        AssertClose(masked.Numbers(), compressed.Numbers(), 0);
        compressed.UseStorage(Storage.Masked);
        AssertClose(masked.Numbers(), compressed.Numbers(), 0);
        compressed.SetDenseWeight("Up.weight", ones(2 * Width, Width));
        Assert.Equal(compressed.Masks["Up.weight"].Kept, compressed.Up.weight.sum().ToDouble());
        Assert.Throws<ArgumentException>(() => compressed.SetDenseWeight("Up.weight", ones(3, 3)));
        compressed.UseStorage(Storage.Compressed);
        Assert.Throws<ArgumentException>(() => compressed.SetDenseWeight("Up.weight", ones(3, 3)));
        Assert.Throws<ArgumentException>(() => compressed.SetDenseWeight("Nothing.weight", ones(3, 3)));
    }

    [Fact]
    public void Masks_with_empty_rows_or_nothing_at_all_train()
    {
        using var scope = NewDisposeScope();
        using var model = Model(Storage.Compressed);
        var bytes = new byte[2 * Width * Width];
        bytes[5] = 1;
        model.SetMasks(new Dictionary<string, WeightMask>
        {
            ["Up.weight"] = WeightMask.FromBytes([2 * Width, Width], bytes),
            ["Down.weight"] = WeightMask.FromBytes([Width, 2 * Width], new byte[bytes.Length]),
        });
        using var optimizer = model.AdamW(lr: 0.01);
        var (x, y) = HandMadeMlp.Batch(20);

        var losses = Enumerable.Range(0, 10).Select(_ => model.Train(optimizer, x, y)).ToArray();

        Assert.True(losses[^1] < losses[0]);
        Assert.Equal(0, model.Down.weight.numel());
    }

    [Fact]
    public void Memory_falls_with_the_density()
    {
        // Weights and Adam's two moments. The indices of the compressed matrix count, too.
        var mask = MaskDraw.Draw(Mask.Exact, [1024, 1024], 1.0 / 64, 0, "W");
        var dense = 3 * sizeof(float) * mask.Count;
        var compressed = (3 * sizeof(float) * mask.Kept) + SuParDsl.Kernels.SparsePattern.Of(mask).Bytes;

        Assert.True(15 * compressed <= dense);
    }

    [Fact]
    public void Memory_of_weights_and_moments_is_reported()
    {
        using var scope = NewDisposeScope();
        using var model = Model(Storage.Masked);
        using var optimizer = model.AdamW(lr: 1e-3);
        var (count, dropped) = (model.Tensors.Sum(static t => t.Count), model.Masks.Values.Sum(static m => m.Count - m.Kept));
        Assert.Equal((4 * count, 8 * count), (model.WeightBytes, optimizer.StateBytes));

        model.UseStorage(Storage.Compressed);
        var indices = model.Masks.Values.Sum(static mask => SparsePattern.Of(mask).Bytes);
        Assert.Equal((4 * (count - dropped) + indices, 8 * (count - dropped)), (model.WeightBytes, optimizer.StateBytes));
    }

    [Fact]
    public void A_model_with_requested_compression_stays_in_float32()
    {
        using var scope = NewDisposeScope();
        using var model = Model(Storage.Compressed);

        Assert.Contains(
            "Up.weight",
            Assert.Throws<NotSupportedException>(() => model.to(ScalarType.Float64)).Message,
            StringComparison.Ordinal);
        model.UseStorage(Storage.Masked);
        model.to(ScalarType.Float64);
        Assert.Contains(
            "float32 on the CPU",
            Assert.Throws<NotSupportedException>(() => model.UseStorage(Storage.Compressed)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Inputs_that_kernels_cannot_read_are_refused()
    {
        using var scope = NewDisposeScope();
        using var model = Model(Storage.Compressed);

        Assert.Contains(
            "must end in 48",
            Assert.Throws<ArgumentException>(() => model.Up.call(ones(2, 47))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "float32 on the CPU",
            Assert.Throws<ArgumentException>(() => model.Up.call(ones(2, 48, dtype: ScalarType.Float64))).Message,
            StringComparison.Ordinal);
        Assert.Equal([3, 0, 2 * Width], model.Up.call(ones(3, 0, Width)).shape);
    }

    [Fact]
    public void Auto_keeps_small_and_dense_matrices_masked_and_compresses_large_sparse_ones()
    {
        using var small = new HandMadeMlp(Width, 0.05);
        using var dense = new HandMadeMlp(256, 0.5);
        using var medium = new HandMadeMlp(256, 0.26);
        using var quarter = new HandMadeMlp(256, 0.25);
        using var sparse = new HandMadeMlp(512, 1.0 / 64);
        Assert.Equal(Storage.Masked, small.Up.Storage);
        Assert.Equal(Storage.Masked, dense.Up.Storage);
        Assert.Equal(Storage.Masked, medium.Up.Storage);
        Assert.Equal(Storage.Compressed, quarter.Up.Storage);
        Assert.Equal(Storage.Compressed, sparse.Up.Storage);
        var kept = sparse.Masks["Up.weight"].Kept;

        // Auto makes a compressed matrix dense again if necessary.
        sparse.to(ScalarType.Float64);
        Assert.Equal(Storage.Masked, sparse.Up.Storage);
        Assert.Equal(kept, sparse.Up.weight.count_nonzero().ToInt64());
    }

    [Theory]
    [InlineData(64, 1024, 0.25, true)]
    [InlineData(4096, 16, 0.25, true)]
    [InlineData(64, 1023, 0.25, false)]
    [InlineData(256, 256, 0.01, true)]
    [InlineData(256, 256, 0.26, false)]
    public void The_rule_of_Auto_follows_size_and_density(long rows, long columns, double density, bool compresses) =>
        Assert.Equal(compresses, StorageRule.Compresses(MaskDraw.Draw(Mask.Exact, [rows, columns], density, 0, "W")));

    [Theory]
    [InlineData(Mask.TwoFour, 0.5, false)]
    [InlineData(Mask.Block16, 0.25, true)]
    [InlineData(Mask.Balanced, 0.25, true)]
    public void Patterns_count_by_their_density(Mask pattern, double density, bool compresses) =>
        Assert.Equal(compresses, StorageRule.Compresses(MaskDraw.Draw(pattern, [256, 256], density, 0, "W")));

    internal static HandMadeMlp Model(Storage storage, bool bias = true)
    {
        var model = new HandMadeMlp(Width, 0.1, bias);
        model.UseStorage(storage);
        return model;
    }

    private static MuOptimizer Make(string name, Model model) => name switch
    {
        "AdamW" => model.AdamW(lr: 0.01, weightDecay: 0.1),
        "Sgd" => model.Sgd(lr: 0.1, momentum: 0.9, weightDecay: 0.01),
        "Lion" => model.Lion(lr: 0.001, weightDecay: 0.1),
        "Muon" => model.MuonWithAdamW(lr: 0.01, adamLr: 0.01, weightDecay: 0.1, sparse: true),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static void AssertClose(Dictionary<string, float[]> expected, Dictionary<string, float[]> actual, double tolerance)
    {
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        foreach (var (name, numbers) in expected)
        {
            Assert.Equal(numbers.Length, actual[name].Length);
            Assert.InRange(numbers.Zip(actual[name], static (e, a) => Math.Abs(e - a)).Max(), 0, tolerance);
        }
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.InRange((expected - actual).abs().max().ToDouble(), 0, 1e-6 + (1e-5 * expected.abs().max().ToDouble()));
    }
}
