using SuParDsl.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl.Programs.Tests;

/// <summary>The conditions that every model meets at all times, whatever a program has done to it.</summary>
internal static class Invariants
{
    /// <summary>Throws if a condition is not met.</summary>
    public static void Check(TrainedModel trained)
    {
        using var scope = NewDisposeScope();
        var model = trained.Model;
        CheckMasks(trained);
        CheckTable(model);
        if (trained.Optimizer is { } optimizer)
        {
            CheckGroups(model, optimizer, trained.Choice!);
        }

        foreach (var name in trained.Frozen)
        {
            Require(!trained.Parameters[name].requires_grad, $"{name} was frozen and is trained again");
        }
    }

    /// <summary>
    /// Masked weights are exactly zero, every weight is finite, and only pruning changes the number of weights that a mask
    /// keeps.
    /// </summary>
    private static void CheckMasks(TrainedModel trained)
    {
        var model = trained.Model;
        foreach (var (name, dense) in model.DenseWeights())
        {
            Require(dense.isfinite().all().ToBoolean(), $"{name} has a weight that is not finite");
            if (!model.Masks.TryGetValue(name, out var mask))
            {
                continue;
            }

            var outside = (dense - (dense * mask.ToTensor(dense.dtype, dense.device))).count_nonzero().ToInt64();
            Require(outside == 0, $"{outside} weights of {name} lie outside its mask");
            var isPruned = IsPruned(model.Tensors.Single(tensor => tensor.Name == name));
            Require(isPruned || mask.Kept == trained.Counts[name],
                $"the mask of {name} keeps {mask.Kept} weights, at first {trained.Counts[name]}");
        }
    }

    /// <summary>The table's densities are those that the rule sees.</summary>
    private static void CheckTable(Model model)
    {
        foreach (var row in model.MuTable.Rows)
        {
            var tensor = model.Tensors.Single(tensor => tensor.Name == row.Name);
            Require(row.Density == tensor.Density.Value,
                $"the table has density {row.Density} of {row.Name}, the model {tensor.Density.Value}");
            if (IsPruned(tensor) && model.Masks.TryGetValue(row.Name, out var mask))
            {
                Require(row.Density == mask.Density,
                    $"the table has density {row.Density} of {row.Name}, its mask {mask.Density}");
            }
        }
    }

    /// <summary>Every tensor is in exactly one group, with the learning-rate multiplier of the table.</summary>
    private static void CheckGroups(Model model, MuOptimizer optimizer, OptimizerChoice choice)
    {
        var rates = optimizer.Groups.SelectMany(static group => group.Names.Select(name => (name, group.LearningRateMultiplier)))
            .ToList();
        Require(
            rates.Select(static rate => rate.name)
                .Order()
                .SequenceEqual(model.Tensors.Select(static tensor => tensor.Name).Order()),
            "the optimizer's groups are not of the model's tensors, each once");
        if (choice.Kind == "Muon")
        {
            return; // Its rates are of two families, which OptimizerTests compare.
        }

        var table = model.Table(choice.Kind is "Sgd" or "Momentum" ? OptimizerFamily.Sgd : OptimizerFamily.Adam).Rows
            .ToDictionary(static row => row.Name, static row => row.LearningRateMultiplier);
        foreach (var (name, rate) in rates)
        {
            Require(rate == table[name], $"{name} has LR × {rate} in the optimizer, {table[name]} in the table");
        }
    }

    /// <summary>Two models have the same weights, masks, buffers and table.</summary>
    public static void SameModels(Model expected, Model actual, string how)
    {
        using var scope = NewDisposeScope();
        foreach (var (name, dense) in expected.DenseWeights())
        {
            Require(dense.equal(actual.DenseWeight(name)).all().ToBoolean(), $"{name} differs {how}");
        }

        foreach (var (name, mask) in expected.Masks)
        {
            Require(mask.Words.SequenceEqual(actual.Masks[name].Words), $"the mask of {name} differs {how}");
        }

        var buffers = actual.named_buffers().ToDictionary(static b => b.name, static b => b.buffer);
        foreach (var (name, buffer) in expected.named_buffers())
        {
            Require(buffer.equal(buffers[name]).all().ToBoolean(), $"the buffer {name} differs {how}");
        }

        Require(expected.MuTable.ToJson() == actual.MuTable.ToJson(),
            $"the table differs {how}:\n{expected.MuTable}\n{actual.MuTable}");
    }

    /// <summary>Two models compute the same outputs, to the last bit if they have the same storage.</summary>
    public static void SameOutputs(TrainedModel trained, Model actual, string how)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (trained.Outputs(trained.Model, batch: -1), trained.Outputs(actual, batch: -1));
        var difference = (a - b).abs().max().ToDouble() / (a.abs().max().ToDouble() + 1e-30);
        Require(difference <= 1e-4, $"the outputs differ by a relative {difference} {how}");
    }

    // The enumeration is found by its name, because the generator has its source, too.
    private static bool IsPruned(ModelTensor tensor) => tensor.Method.ToString() == "Gmp";

    public static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new BrokenException(message);
        }
    }
}

/// <summary>The exception for an invariant that does not hold.</summary>
internal sealed class BrokenException(string message) : Exception(message);
