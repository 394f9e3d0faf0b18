using SuParDsl.Distributed;
using SuParDsl.Sparsity;
using SuParDsl.Tests.Storages;
using static SuParDsl.Tests.DataParallel.ShardedWork;
using static TorchSharp.torch;

namespace SuParDsl.Tests.DataParallel;

/// <summary>A sharded optimizer follows changes of masks and storage, and sends only live values.</summary>
public class ShardedMasksTests
{
    private const int Steps = 3;

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
            model.SetMasks(
                new Dictionary<string, WeightMask> { ["Up.weight"] = MaskDraw.Draw(Mask.Exact, [40, 20], 0.5, 7, "Up.weight") });
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
    public void Masks_that_change_by_a_method_are_those_of_one_process(SparsityMethod method)
    {
        var expected = Moved(ProcessGroup.Single);
        Assert.All(ThreadRanks.Run(2, Moved), numbers => Assert.Equal(expected, numbers));

        Dictionary<string, float[]> Moved(ProcessGroup ranks)
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
    public void Masked_gradients_are_not_transferred(Storage storage) => Assert.All(
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
}
