using static TorchSharp.torch;

namespace SuParDsl.Tests.Storages;

/// <summary>A model with its emitted half written by hand: two sparse layers between dense ones.</summary>
internal sealed class HandMadeMlp(
    int width, double density, bool bias = true, RuleDensity ruleDensity = RuleDensity.Nominal, Rule rule = Rule.SuPar)
    : Model
{
    public const int Inputs = 12, Classes = 5;

    public Linear First { get; } = new(Inputs, width, bias);

    public Linear Up { get; } = new(width, 2 * width, bias);

    public Linear Down { get; } = new(2 * width, width, bias);

    public Linear Head { get; } = new(width, Classes, bias);

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var h = nn.functional.relu(First.call(input));
        return Head.call(h + Down.call(nn.functional.gelu(Up.call(h)))).MoveToOuterDisposeScope();
    }

    /// <summary>Takes one step on a fixed batch and returns the loss.</summary>
    public double Train(MuOptimizer optimizer, Tensor input, Tensor target)
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        var loss = nn.functional.cross_entropy(call(input), target);
        loss.backward();
        optimizer.ClipGradNorm(1);
        optimizer.step();
        return loss.ToDouble();
    }

    /// <summary>Every tensor's dense form.</summary>
    public Dictionary<string, float[]> Numbers() =>
        DenseWeights().ToDictionary(static w => w.Name, static w => w.Dense.contiguous().data<float>().ToArray());

    public static (Tensor Input, Tensor Target) Batch(int examples)
    {
        var random = new Random(9);
        float[] numbers = [.. Enumerable.Range(0, examples * Inputs).Select(_ => (float)((2 * random.NextDouble()) - 1))];
        long[] classes = [.. Enumerable.Range(0, examples).Select(_ => (long)random.Next(Classes))];
        return (tensor(numbers, [examples, Inputs]), tensor(classes));
    }

    protected override void RegisterLayers()
    {
        register_module(nameof(First), First);
        register_module(nameof(Up), Up);
        register_module(nameof(Down), Down);
        register_module(nameof(Head), Head);
    }

    protected override ParameterScope Declare()
    {
        var scope = ParameterScope.Root(rule, 0.1, ruleDensity: ruleDensity);
        Declare(scope);
        var size = Extent.Scaling(width, 32);
        First.Declare(scope.Child(nameof(First)), Inputs, size);
        Up.Declare(scope.Child(nameof(Up)), size, 2 * size, new() { Density = density });
        Down.Declare(scope.Child(nameof(Down)), 2 * size, size, new() { Density = density });
        Head.Declare(scope.Child(nameof(Head)), size, Classes);
        return scope;
    }
}
