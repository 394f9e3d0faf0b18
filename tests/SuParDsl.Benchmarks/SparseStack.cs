using static TorchSharp.torch;

namespace SuParDsl.Benchmarks;

/// <summary>
/// Compressed layers in sequence, with a GELU between every two: a model whose emitted half is written by hand.
/// </summary>
internal sealed class SparseStack(double density, params int[] sizes) : Model
{
    // Created before the base class requests them, as all layers of a model are.
    private readonly Linear[] layers = [.. sizes.Skip(1).Select((size, i) => new Linear(sizes[i], size, bias: false))];

    /// <summary>The kept weights of all layers.</summary>
    public long Kept => Masks.Values.Sum(static mask => mask.Kept);

    /// <summary>A stack with compressed layers.</summary>
    public static SparseStack Compressed(double density, params int[] sizes)
    {
        var stack = new SparseStack(density, sizes);
        stack.UseStorage(Storage.Compressed);
        return stack;
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = input;
        for (var i = 0; i < layers.Length; i++)
        {
            x = layers[i].call(i == 0 ? x : nn.functional.gelu(x));
        }

        return x.MoveToOuterDisposeScope();
    }

    /// <summary>The same computation in one operation.</summary>
    public Tensor Chained(Tensor input) =>
        Functional.Chain(input, layers, [.. Enumerable.Repeat(Nonlinearity.Gelu, layers.Length - 1)]);

    protected override void RegisterLayers()
    {
        for (var i = 0; i < layers.Length; i++)
        {
            register_module($"L{i}", layers[i]);
        }
    }

    protected override ParameterScope Declare()
    {
        var scope = ParameterScope.Root(Rule.SuPar, 0.02);
        Declare(scope);
        for (var i = 0; i < layers.Length; i++)
        {
            // Hidden matrices: both sizes scale.
            layers[i].Declare(
                scope.Child($"L{i}"), Extent.Scaling(sizes[i], sizes[i]), Extent.Scaling(sizes[i + 1], sizes[i + 1]),
                new() { Density = density });
        }

        return scope;
    }
}
