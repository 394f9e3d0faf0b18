using System.Security.Cryptography;
using SuParDsl.Checkpoints;
using SuParDsl.Kernels;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Storages;

/// <summary>The measured speed of a machine chooses kernels. Parameters, states and files do not depend on it.</summary>
public sealed class MachineSpeedTests : IDisposable
{
    private static readonly StorageCost FastSparse = new(Dense: 1, Kept: 1e-6, Feature: 0);
    private static readonly StorageCost FastDense = new(Dense: 1e-6, Kept: 1, Feature: 1);

    private readonly string folder = Directory.CreateTempSubdirectory("supardsl-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.25)]
    [InlineData(0.3)]
    [InlineData(0.5)]
    public void Names_shapes_and_saved_bytes_are_the_same(double density)
    {
        using var scope = NewDisposeScope();
        using var first = Made(FastSparse, density);
        using var second = Made(FastDense, density);
        using var firstOptimizer = first.AdamW(lr: 0.01);
        using var secondOptimizer = second.AdamW(lr: 0.01);

        Assert.Equal(density <= 0.25 ? Storage.Compressed : Storage.Masked, first.Up.Storage);
        Assert.Equal(first.Up.Storage, second.Up.Storage);
        Assert.Equal(first.Up.weight.shape, second.Up.weight.shape);
        Assert.Equal(
            first.named_parameters().Select(static p => (p.name, string.Join('×', p.parameter.shape))),
            second.named_parameters().Select(static p => (p.name, string.Join('×', p.parameter.shape))));
        Assert.Equal(Shapes(first.state_dict()), Shapes(second.state_dict()));
        Assert.Equal(first.WeightBytes, second.WeightBytes);
        Assert.Equal(firstOptimizer.StateBytes, secondOptimizer.StateBytes);
        Assert.Equal(Bytes(first, firstOptimizer, "first"), Bytes(second, secondOptimizer, "second"));
    }

    [Fact]
    public void Each_machine_loads_what_the_other_saved()
    {
        using var scope = NewDisposeScope();
        var (x, y) = HandMadeMlp.Batch(20);
        foreach (var (from, to) in new[] { (FastSparse, FastDense), (FastDense, FastSparse) })
        {
            using var saved = Made(from, 0.1);
            using var savedOptimizer = saved.AdamW(lr: 0.01);
            saved.Train(savedOptimizer, x, y);
            _ = Bytes(saved, savedOptimizer, "saved");
            using var loaded = Made(to, 0.1);
            using var fromState = Made(to, 0.1);
            using var speed = StorageCost.Assume(to);

            using var loadedOptimizer = loaded.AdamW(lr: 0.01);
            ModelCheckpoint.Load(loaded, FileOf("saved", ".safetensors"));
            OptimizerCheckpoint.Load(loadedOptimizer, FileOf("saved", ".optimizer"));
            Assert.Equal(saved.Numbers(), loaded.Numbers());

            fromState.Initialize(3);
            fromState.load_state_dict(saved.state_dict());
            Assert.Equal(saved.Numbers(), fromState.Numbers());

            var expected = saved.Train(savedOptimizer, x, y);
            Assert.Equal(expected, loaded.Train(loadedOptimizer, x, y), 1e-4 * expected);
        }
    }

    [Fact]
    public void Both_kernels_train_alike()
    {
        using var scope = NewDisposeScope();
        using var first = Made(FastSparse, 0.1);
        using var second = Made(FastDense, 0.1);
        using var firstOptimizer = first.AdamW(lr: 0.01);
        using var secondOptimizer = second.AdamW(lr: 0.01);
        Assert.True(first.Up.IsLink);
        Assert.False(second.Up.IsLink);
        var (x, y) = HandMadeMlp.Batch(70);
        for (var step = 0; step < 20; step++)
        {
            var (expected, actual) = (first.Train(firstOptimizer, x, y), second.Train(secondOptimizer, x, y));
            Assert.Equal(expected, actual, 1e-4 * expected);
        }

        Assert.All(first.Numbers(), entry => Assert.All(
            entry.Value.Zip(second.Numbers()[entry.Key]), static pair => Assert.Equal(pair.First, pair.Second, 1e-3)));
    }

    [Fact]
    public void Dense_products_have_the_gradients_of_sparse_ones()
    {
        using var scope = NewDisposeScope();
        using var sparse = Made(FastSparse, 0.1);
        using var dense = Made(FastDense, 0.1);
        float[] numbers = [.. Enumerable.Range(0, 3 * 7 * 256).Select(static i => MathF.Sin(i))];
        var inputs = new[] { tensor(numbers, [3, 7, 256]).requires_grad_(), tensor(numbers, [3, 7, 256]).requires_grad_() };
        var outputs = new[] { sparse.Up.call(inputs[0]), dense.Up.call(inputs[1]) };
        outputs[0].square().sum().backward();
        outputs[1].square().sum().backward();

        Close(outputs[0], outputs[1]);
        Close(inputs[0].grad!, inputs[1].grad!);
        Close(sparse.Up.weight.grad!, dense.Up.weight.grad!);
        Close(sparse.Up.bias!.grad!, dense.Up.bias!.grad!);
        using (no_grad())
        {
            Close(sparse.Up.call(inputs[0]), dense.Up.call(inputs[1]));
        }

        Assert.Equal([3, 0, 512], dense.Up.call(ones(3, 0, 256)).shape);
        var narrow = Assert.Throws<ArgumentException>(() => dense.Up.call(ones(2, 255)));
        Assert.Contains("must end in 256", narrow.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stated_compressed_storage_is_multiplied_by_sparse_kernels()
    {
        using var model = Made(FastDense, 0.1);
        model.UseStorage(Storage.Compressed);
        Assert.True(model.Up.IsLink);
    }

    private static HandMadeMlp Made(StorageCost cost, double density)
    {
        using var assumed = StorageCost.Assume(cost);
        return new(256, density);
    }

    private static IEnumerable<(string, string)> Shapes(Dictionary<string, Tensor> state) =>
        state.Select(static entry => (entry.Key, string.Join('×', entry.Value.shape)));

    private string FileOf(string name, string end) => Path.Combine(folder, name + end);

    private string[] Bytes(HandMadeMlp model, MuOptimizer optimizer, string name)
    {
        ModelCheckpoint.Save(model, FileOf(name, ".safetensors"), new Dictionary<string, string>());
        OptimizerCheckpoint.Save(optimizer, FileOf(name, ".optimizer"));
#pragma warning disable SUP506 // TorchSharp's own files are compared, too.
        model.save(FileOf(name, ".dat"));
#pragma warning restore SUP506
        return
        [
            .. new[] { ".safetensors", ".optimizer", ".dat" }
                .Select(end => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(FileOf(name, end))))),
        ];
    }

    private static void Close(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.InRange((expected - actual).abs().max().ToDouble(), 0, 1e-5 + (1e-4 * expected.abs().max().ToDouble()));
    }
}
