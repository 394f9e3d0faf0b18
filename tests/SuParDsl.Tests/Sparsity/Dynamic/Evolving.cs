using SuParDsl.Sparsity;

using static TorchSharp.torch;

namespace SuParDsl.Tests.Sparsity.Dynamic;

/// <summary>A small model with one matrix whose mask can change.</summary>
[Model]
public partial class Evolving([MuWidth(16)] int width, [Density] double density = 0.25, Rule rule = Rule.SuPar)
{
    public Linear Enter { get; } = new(6, width);

    [Sparse(nameof(density))]
    public Linear Hidden { get; } = new(width, width);

    public Linear Head { get; } = new(width, 3);

    [Flow] Tensor Flow(Tensor x) => x | Enter | Gelu | Hidden | Gelu | Head;
}

/// <summary>Two matrices whose masks are pruned.</summary>
[Model]
public partial class Pair([MuWidth(16)] int width, [Density] double density = 0.25)
{
    public Linear Enter { get; } = new(6, width);

    [Sparse(nameof(density), Method = SparsityMethod.Gmp)]
    public Linear First { get; } = new(width, width);

    [Sparse(nameof(density), Method = SparsityMethod.Gmp)]
    public Linear Second { get; } = new(width, width);

    [Flow] Tensor Flow(Tensor x) => x | Enter | Gelu | First | Gelu | Second;
}

/// <summary>Trains the model on numbers that depend only on the step.</summary>
internal static class EvolvingTraining
{
    public const string Moving = "Hidden.weight";

    public static Evolving New(
        SparsityMethod method, Storage storage = Storage.Masked, double density = 0.25, Rule rule = Rule.SuPar,
        int width = 32, long seed = 3)
    {
        var model = new Evolving(Evolving.Base with { Width = width, Density = density, Rule = rule }, seed);
        model.UseMethod(method);
        model.UseStorage(storage);
        return model;
    }

    /// <summary>The loss of a step, with its gradients added to the model's.</summary>
    public static double Backward(this Evolving model, int step)
    {
        using var scope = NewDisposeScope();
        var random = new SeededRandom(step, "batch");
        var inputs = tensor([.. Enumerable.Range(0, 24 * 6).Select(_ => (float)random.NextNormal())], [24, 6]);
        var loss = nn.functional.cross_entropy(model.call(inputs), (inputs.sum(1).round().abs().to_type(ScalarType.Int64)) % 3);
        loss.backward();
        return loss.ToDouble();
    }

    /// <summary>Takes steps from the masks' own count on.</summary>
    public static List<double> Steps(this DynamicMasks masks, Evolving model, int count)
    {
        List<double> losses = [];
        for (var i = 0; i < count; i++)
        {
            losses.Add(model.Backward(masks.Steps));
            masks.Step(1);
        }

        return losses;
    }
}
