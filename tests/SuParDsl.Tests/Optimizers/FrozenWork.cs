using SuParDsl.Tests.DataParallel;
using SuParDsl.Tests.Storages;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Optimizers;

/// <summary>How a loop takes its steps.</summary>
public enum Loop
{
    /// <summary>zero_grad, backward, ClipGradNorm, step.</summary>
    Apart,

    /// <summary>backward, step(maxNorm).</summary>
    Together,
}

/// <summary>A model, its optimizers, and steps in which some tensors take no part.</summary>
internal static class FrozenWork
{
    public const int Width = 32;
    public static readonly string[] Frozen = ["First.bias", "Up.weight", "Head.weight"];
    public static readonly string[] OffThePath = ["Down.bias", "Down.weight", "Up.bias", "Up.weight"];
    public static readonly string[] Names = ["AdamW", "Adam", "Sgd", "Momentum", "Dampened", "Nesterov", "Lion", "Muon"];

    public static HandMadeMlp Model(string kind)
    {
        var model = new HandMadeMlp(Width, 0.3);
        model.UseStorage(kind == "compressed" ? Storage.Compressed : Storage.Masked);
        if (kind == "half")
        {
            _ = model.to(ScalarType.BFloat16);
        }

        return model;
    }

    public static MuOptimizer Make(string name, Model model, bool fused) => name switch
    {
        "AdamW" => model.AdamW(lr: 0.01, weightDecay: 0.1, fused: fused),
#pragma warning disable SUP326 // that decay moves nothing is what is tested
        "Adam" => model.Adam(lr: 0.01, weightDecay: 0.1, fused: fused),
#pragma warning restore SUP326
        "Sgd" => model.Sgd(lr: 0.05, weightDecay: 0.1, fused: fused),
        "Momentum" => model.Sgd(lr: 0.05, momentum: 0.9, weightDecay: 0.1, fused: fused),
        "Dampened" => model.Sgd(lr: 0.05, momentum: 0.9, dampening: 0.1, weightDecay: 0.1, fused: fused),
        "Nesterov" => model.Sgd(lr: 0.05, momentum: 0.9, weightDecay: 0.1, nesterov: true, fused: fused),
        "Lion" => model.Lion(lr: 0.01, weightDecay: 0.1, fused: fused),
        "Muon" => model.MuonWithAdamW(lr: 0.02, adamLr: 0.01, weightDecay: 0.1, fused: fused, sparse: true),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    public static OptimizerHelper EnginesOptimizer(string name, Model model)
    {
        var all = model.parameters().ToLookup(static parameter => parameter.dim() > 1);
#pragma warning disable SUP401 // at the base every multiplier is 1
        return name switch
        {
            "AdamW" => optim.AdamW(
                (AdamW.ParamGroup[])[new(all[true], 0.01, weight_decay: 0.1), new(all[false], 0.01, weight_decay: 0)], 0.01),
            "Adam" => optim.Adam(
                (Adam.ParamGroup[])[new(all[true], 0.01, weight_decay: 0.1), new(all[false], 0.01, weight_decay: 0)], 0.01),
            _ => optim.SGD(
                [Group(all[true], 0.1), Group(all[false], 0)], 0.05, momentum: Momentum(), dampening: Dampening(),
                nesterov: name == "Nesterov"),
        };
#pragma warning restore SUP401

        SGD.ParamGroup Group(IEnumerable<Parameter> parameters, double decay) =>
            new(parameters, 0.05, Momentum(), Dampening(), decay, name == "Nesterov");

        double Momentum() => name == "Sgd" ? 0 : 0.9;

        double Dampening() => name == "Dampened" ? 0.1 : 0;
    }

    public static void Freeze(HandMadeMlp model, bool frozen)
    {
        foreach (var (name, parameter) in model.ParametersByName())
        {
            parameter.requires_grad = !(frozen && Frozen.Contains(name));
        }
    }

    /// <summary>Removes by hand the gradients of what the other model freezes.</summary>
    public static void Drop(HandMadeMlp? model)
    {
        foreach (var parameter in model?.ParametersByName().Where(static p => Frozen.Contains(p.Key)).Select(static p => p.Value)
            ?? [])
        {
            parameter.grad = null;
        }
    }

    public static void Train(HandMadeMlp model, MuOptimizer optimizer, Loop loop, int steps, bool branch = true)
    {
        for (var step = 0; step < steps; step++)
        {
            Backward(model, optimizer, branch);
            StepOn(optimizer, loop);
        }
    }

    public static double StepOn(MuOptimizer optimizer, Loop loop)
    {
        if (loop == Loop.Together)
        {
            return optimizer.step(maxNorm: 0.5);
        }

        var norm = optimizer.ClipGradNorm(0.5);
        optimizer.step();
        return norm;
    }

    public static void Backward(HandMadeMlp model, MuOptimizer optimizer, bool branch = true)
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        Loss(model, branch).backward();
    }

    public static Tensor Loss(HandMadeMlp model, bool branch)
    {
        var (x, y) = HandMadeMlp.Batch(16);
        x = x.to_type(model.First.weight.dtype);
        return nn.functional.cross_entropy(branch ? model.call(x) : model.Head.call(nn.functional.relu(model.First.call(x))), y);
    }

    public static (Dictionary<string, float[]> Weights, Dictionary<string, (long Steps, float[][] Moments)> States) Snapshot(
        Model model, MuOptimizer optimizer) => (
        ShardedWork.Weights(model),
        optimizer.States.ToDictionary(
            static entry => entry.Name,
            static entry => (entry.State.Steps(), (float[][])[.. entry.State.Moments().Select(TensorNumbers.Of)])));

    public static void AssertSame(
        (Dictionary<string, float[]> Weights, Dictionary<string, (long Steps, float[][] Moments)> States) expected,
        (Dictionary<string, float[]> Weights, Dictionary<string, (long Steps, float[][] Moments)> States) actual, string tensor)
    {
        Assert.Equal(expected.Weights[tensor], actual.Weights[tensor]);
        Assert.Equal(expected.States[tensor].Steps, actual.States[tensor].Steps);
        Assert.Equal(expected.States[tensor].Moments, actual.States[tensor].Moments);
    }
}
