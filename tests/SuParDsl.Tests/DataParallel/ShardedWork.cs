using SuParDsl.Tests.Storages;
using static TorchSharp.torch;

namespace SuParDsl.Tests.DataParallel;

/// <summary>A small model and its optimizers, as each rank has them.</summary>
internal static class ShardedWork
{
    public static HandMadeMlp Model(Storage storage, bool bias = true)
    {
        var model = new HandMadeMlp(20, 0.3, bias);
        model.UseStorage(storage);
        return model;
    }

    public static MuOptimizer Make(string name, Model model, bool fused) => name switch
    {
        "AdamW" => model.AdamW(lr: 0.01, weightDecay: 0.1, fused: fused),
        "Adam" => model.Adam(lr: 0.01, fused: fused),
        "Momentum" => model.Sgd(lr: 0.1, momentum: 0.9, fused: fused),
        "Lion" => model.Lion(lr: 0.001, weightDecay: 0.1, fused: fused),
        "Muon" => model.MuonWithAdamW(lr: 0.02, adamLr: 0.01, weightDecay: 0.1, fused: fused, sparse: true),
        "Half" => model.AdamW(lr: 0.01, lossScale: new(1024)),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    /// <summary>
    /// Takes steps on the same batch on every rank. Its gradients are those that an average over the ranks would give.
    /// </summary>
    public static void Train(HandMadeMlp model, MuOptimizer optimizer, int count, double maxNorm, double scale = 1)
    {
        for (var step = 0; step < count; step++)
        {
            using var scope = NewDisposeScope();
            Backward(model, scale);
            Assert.True(double.IsFinite(optimizer.step(maxNorm)));
        }
    }

    public static void Backward(HandMadeMlp model, double scale = 1)
    {
        using var scope = NewDisposeScope();
        var (x, y) = HandMadeMlp.Batch(16);
        (nn.functional.cross_entropy(model.call(x.to_type(model.First.weight.dtype)), y) * scale).backward();
    }

    public static Dictionary<string, float[]> Weights(Model model) =>
        model.ParametersByName().ToDictionary(static p => p.Key, static p => TensorNumbers.Of(p.Value));
}
