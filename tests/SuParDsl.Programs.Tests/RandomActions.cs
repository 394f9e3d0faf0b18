using System.Collections.Immutable;
using SuParDsl.Sparsity;
using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl.Programs.Tests;

/// <summary>Draws the actions of a program after its model was created.</summary>
internal static class RandomActions
{
    /// <summary>Draws the actions of a program.</summary>
    public static ImmutableArray<ProgramAction> Draw(CompiledDeclaration declaration, Random random)
    {
        using var model = declaration.Make(0);
        string[] names = [.. model.Tensors.Select(static tensor => tensor.Name)];

        // A mask with a pattern is not replaced by one without. The enumerations are compared by name, because the
        // generator has their source, too.
        string[] free =
        [
            .. model.Tensors.Where(static tensor => tensor.IsSparse && tensor.Mask.ToString() is "Exact" or "Bernoulli")
                .Select(static tensor => tensor.Name),
        ];
        var actions = ImmutableArray.CreateBuilder<ProgramAction>();
        actions.Add(NewOptimizer(random));
        var count = random.Next(5, 14);
        for (var i = 0; i < count; i++)
        {
            actions.Add(One(names, free, random));
        }

        actions.Add(Steps.Train(2));
        return actions.ToImmutable();
    }

    private static ProgramAction One(string[] names, string[] free, Random random) => random.Next(16) switch
    {
        0 => NewOptimizer(random),
        1 => Freeze(Pick(random, names), isFrozen: true),
        2 => Freeze(Pick(random, names), isFrozen: random.Next(2) == 0),
        3 => UseStorage(Pick(random, Storage.Masked, Storage.Compressed, Storage.Auto)),
        4 => Initialize(random.Next(100)),
        5 or 6 => Copies.Draw(random),
        7 when free.Length > 0 => OtherMask(Pick(random, free), random.Next()),
        8 => SetWeights(Pick(random, names), random.Next()),
        9 => Steps.TrainWithout(Pick(random, names)),
        10 => Steps.Accumulate(),
        11 => SetRate(Pick(random, 0.001, 0.005, 0.02)),
        _ => Steps.Train(random.Next(1, 4)),
    };

    private static ProgramAction NewOptimizer(Random random)
    {
        var choice = new OptimizerChoice(Pick(random, [.. OptimizerChoice.Kinds]), Pick(random, 0, 0.1), random.Next(3) > 0);
        return new($"optimizer = {choice.Code};", trained => trained.Use(choice));
    }

    private static ProgramAction Freeze(string name, bool isFrozen) => new(
        $"model.named_parameters().Single(p => p.name == \"{name}\").parameter.requires_grad = {(isFrozen ? "false" : "true")};",
        trained => trained.Freeze(name, isFrozen));

    private static ProgramAction UseStorage(Storage storage) => new($"model.UseStorage(Storage.{storage});", trained =>
    {
        using var scope = NewDisposeScope();
        var before = TrainedModel.Copy(trained.Model);
        trained.Model.UseStorage(storage);
        SameWeights(before, trained.Model, "after another storage");
    });

    private static ProgramAction Initialize(int seed) => new($"model.Initialize({seed}); // and a new optimizer", trained =>
    {
        var choice = trained.Choice;
        trained.Model.Initialize(seed);
        trained.GoOnWith(trained.Model, anew: true);
        using var same = trained.Another(seed);
        if (trained.Model.Storage == same.Storage)
        {
            Invariants.SameModels(same, trained.Model, $"from a new model of seed {seed}");
        }

        if (choice is not null)
        {
            trained.Use(choice);
        }
    });

    // Before its first pruning, the tensor's mask is full.
    private static ProgramAction OtherMask(string name, int seed) => new(
        $"model.SetMasks(…); // {name}, from seed {seed}", trained =>
    {
        var old = trained.Model.Masks[name];
        var bytes = new byte[old.Count];
        foreach (var position in old.Positions())
        {
            bytes[position] = 1;
        }

        new Random(seed).Shuffle(bytes);
        var before = trained.Model.DenseWeight(name).clone();
        var mask = WeightMask.FromBytes(old.Shape, bytes);
        trained.Model.SetMasks(new Dictionary<string, WeightMask> { [name] = mask });
        var expected = before * mask.ToTensor(float32, CPU);
        Invariants.Require(expected.equal(trained.Model.DenseWeight(name)).all().ToBoolean(),
            $"{name} is not what it was, masked anew");
    });

    private static ProgramAction SetWeights(string name, int seed) => new(
        $"model.SetDenseWeight(\"{name}\", …); // from seed {seed}", trained =>
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        var values = Functional.Multiply(randn(trained.Model.DenseWeight(name).shape, generator: generator), 0.1);
        trained.Model.SetDenseWeight(name, values);
        var expected = trained.Model.Masks.TryGetValue(name, out var mask) ? values * mask.ToTensor(float32, CPU) : values;
        Invariants.Require(expected.equal(trained.Model.DenseWeight(name)).all().ToBoolean(),
            $"{name} is not what was written to it, masked");
    });

    private static ProgramAction SetRate(double rate) => new($"optimizer.Lr = {rate};", trained =>
    {
        if (trained.Optimizer is { } optimizer)
        {
            optimizer.Lr = rate;
        }
    });

    private static void SameWeights(Dictionary<string, Tensor> expected, Model model, string how)
    {
        foreach (var (name, dense) in model.DenseWeights())
        {
            Invariants.Require(expected[name].equal(dense).all().ToBoolean(), $"{name} differs {how}");
        }
    }

    private static T Pick<T>(Random random, params T[] choices) => choices[random.Next(choices.Length)];
}
