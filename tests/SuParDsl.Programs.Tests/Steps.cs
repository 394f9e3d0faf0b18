using SuParDsl.Sparsity;
using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl.Programs.Tests;

/// <summary>Training steps. Each must change exactly the weights that it should.</summary>
internal static class Steps
{
    // A smaller step of SGD may be lost in the rounding of a weight.
    private const double Smallest = 1e-4;

    /// <summary>Some steps on one batch each.</summary>
    public static ProgramAction Train(int steps) => new($"Train(steps: {steps});", trained =>
    {
        for (var i = 0; i < steps; i++)
        {
            Step(trained, batches: 1, without: null);
        }
    });

    /// <summary>A step on the sum of two batches' gradients.</summary>
    public static ProgramAction Accumulate() =>
        new("Train(steps: 1, microBatches: 2);", trained => Step(trained, batches: 2, without: null));

    /// <summary>A step in which a tensor has no gradient, like one that the flow does not reach.</summary>
    public static ProgramAction TrainWithout(string name) => new(
        $"Train(steps: 1, beforeTheStep: () => Parameter(\"{name}\").grad = null);",
        trained => Step(trained, batches: 1, without: name));

    private static void Step(TrainedModel trained, int batches, string? without)
    {
        if (trained.Optimizer is not { } optimizer || trained.IsAllFrozen)
        {
            return; // A loss without a tensor to train has no backward pass.
        }

        using var scope = NewDisposeScope();
        trained.Model.train();
        for (var i = 0; i < batches; i++)
        {
            trained.Backward(trained.Model, trained.NextBatch());
        }

        // RigL stores the matrices dense in a step in which masks change, so look up the names now.
        var parameters = trained.Parameters;
        if (without is not null)
        {
            parameters[without].grad = null;
        }

        var before = TrainedModel.Copy(trained.Model);
        var masks = trained.Model.Masks.ToDictionary(static mask => mask.Key, static mask => mask.Value);
        var gradients = parameters.ToDictionary(
            static p => p.Key,
            p => trained.Frozen.Contains(p.Key) || p.Value.grad is not { } gradient
                ? null
                : Live(gradient, p.Key, masks).abs().max());
        var moves = trained.Moves?.Updates ?? 0;
        double norm;
        if (trained.Moves is { } dynamic)
        {
            norm = dynamic.Step(1.0);
        }
        else if (batches == 2)
        {
            norm = optimizer.ClipGradNorm(1.0);
            optimizer.step();
            optimizer.zero_grad();
        }
        else
        {
            norm = optimizer.step(1.0);
        }

        Invariants.Require(double.IsFinite(norm), $"the gradient's norm is {norm}");
        foreach (var (name, dense) in trained.Model.DenseWeights())
        {
            var moved = dense.ne(before[name]).any().ToBoolean();
            if (gradients[name] is not { } largest)
            {
                Invariants.Require(
                    !moved || (!trained.Frozen.Contains(name) && (trained.Moves?.Updates ?? 0) > moves),
                    $"{name} moved, which {(trained.Frozen.Contains(name) ? "is frozen" : "has no gradient")}");
            }
            else if (largest.ToDouble() > Smallest)
            {
                Invariants.Require(moved, $"{name} stayed, with a gradient of {largest.ToDouble()}");
            }

            if (trained.Frozen.Contains(name) && masks.TryGetValue(name, out var mask))
            {
                Invariants.Require(mask.Words.SequenceEqual(trained.Model.Masks[name].Words),
                    $"the mask of {name} moved, which is frozen");
            }
        }

        foreach (var (name, parameter) in trained.Parameters)
        {
            Invariants.Require(parameter.grad is null || trained.Frozen.Contains(name), $"{name} has a gradient after the step");
        }
    }

    // The gradient of a masked tensor's kept weights. A compressed tensor has no other gradient.
    private static Tensor Live(Tensor gradient, string name, Dictionary<string, WeightMask> masks) =>
        masks.TryGetValue(name, out var mask) && gradient.numel() == mask.Count
            ? gradient.reshape([.. mask.Shape]) * mask.ToTensor(gradient.dtype, gradient.device)
            : gradient;
}
