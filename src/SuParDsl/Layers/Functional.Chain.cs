using System.Collections.Immutable;
using static TorchSharp.torch;

namespace SuParDsl;

/// <content>Chains of linear layers.</content>
public static partial class Functional
{
    /// <summary>
    /// Applies linear layers with a function between each two, as in <c>x | Up | Gelu | Down</c>. Adjacent compressed layers run
    /// as one operation, whose inner activations stay in the kernels' layout and in cache.
    /// </summary>
    /// <param name="x">… in.</param>
    /// <param name="layers">The layers, at least one.</param>
    /// <param name="between">The functions, one fewer.</param>
    /// <exception cref="ArgumentException">The number of functions is not one less than the number of layers.</exception>
    public static Tensor Chain(Tensor x, ReadOnlySpan<Linear> layers, ReadOnlySpan<Nonlinearity> between)
    {
        if (layers.Length != between.Length + 1)
        {
            throw new ArgumentException(
                $"{layers.Length} layers take {layers.Length - 1} functions between them, not {between.Length}");
        }

        using var scope = NewDisposeScope();
        for (var first = 0; first < layers.Length;)
        {
            var count = 0;
            while (first + count < layers.Length && layers[first + count].IsLink)
            {
                count++;
            }

            // Call a single layer's forward, compressed or not, so that its hooks run.
            x = count > 1 ? Together(x, layers.Slice(first, count), between.Slice(first, count - 1)) : layers[first].call(x);
            first += Math.Max(count, 1);
            if (first < layers.Length)
            {
                x = Apply(between[first - 1], x);
            }
        }

        return x.MoveToOuterDisposeScope();
    }

    private static Tensor Together(Tensor x, ReadOnlySpan<Linear> layers, ReadOnlySpan<Nonlinearity> between)
    {
        var links = ImmutableArray.CreateBuilder<SparseChain.Link>(layers.Length);
        foreach (var layer in layers)
        {
            links.Add(layer.AsLink());
        }

        return SparseChain.Apply(x, links.MoveToImmutable(), [.. between]);
    }

    private static Tensor Apply(Nonlinearity function, Tensor x) => function switch
    {
        Nonlinearity.None => x,
        Nonlinearity.Relu => nn.functional.relu(x),
        Nonlinearity.Gelu => nn.functional.gelu(x),
        Nonlinearity.Silu => nn.functional.silu(x),
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "is not a function between layers"),
    };
}
