using System.Collections;
using System.ComponentModel;
using System.Globalization;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>A block repeated <c>count</c> times, one after the other, each with its own weights. Layer i is named <c>i</c>.</summary>
/// <typeparam name="TBlock">The block's type.</typeparam>
public sealed class Repeat<TBlock> : Layer, IReadOnlyList<TBlock> where TBlock : nn.Module
{
    private readonly TBlock[] blocks;

    /// <summary>Makes the blocks.</summary>
    /// <param name="count">How many, at least 1; marked <c>[MuDepth]</c> where depth scales.</param>
    /// <param name="make">Makes one block.</param>
    /// <exception cref="SizeException">The count is not positive, or so large that the blocks cannot fit into memory.</exception>
    public Repeat(int count, Func<TBlock> make)
    {
        Positive(count, nameof(count), $"Repeat<{typeof(TBlock).Name}>");
        blocks = new TBlock[count];
        for (var i = 0; i < count; i++)
        {
            blocks[i] = make();
            register_module(i.ToString(CultureInfo.InvariantCulture), blocks[i]);
            if (i == 0)
            {
                MemoryGuard.Repeated(blocks[0], count, $"Repeat<{typeof(TBlock).Name}>");
            }
        }
    }

    /// <inheritdoc/>
    public int Count => blocks.Length;

    /// <inheritdoc/>
    public TBlock this[int index] => blocks[index];

    /// <inheritdoc cref="Layer{T, TResult}.Declare"/>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    public void Declare(ParameterScope scope, Extent count, Action<TBlock, ParameterScope> declare)
    {
        Declare(scope);
        for (var i = 0; i < blocks.Length; i++)
        {
            declare(blocks[i], scope.Repeated(count).Child(i.ToString(CultureInfo.InvariantCulture)));
        }
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => Through(input, static (block, x) => ((nn.Module<Tensor, Tensor>)(nn.Module)block).call(x));

    /// <summary>Blocks of two inputs: each is given the output of the one before it, and the memory.</summary>
    public Tensor call(Tensor input, Tensor memory) =>
        Through(input, (block, x) => ((nn.Module<Tensor, Tensor, Tensor>)(nn.Module)block).call(x, memory));

    /// <summary>Blocks of three inputs: each is given the output of the one before it, and both others.</summary>
    public Tensor call(Tensor input, Tensor second, Tensor third) =>
        Through(input, (block, x) => ((nn.Module<Tensor, Tensor, Tensor, Tensor>)(nn.Module)block).call(x, second, third));

    /// <summary>Blocks of four inputs: each is given the output of the one before it, and the others.</summary>
    public Tensor call(Tensor input, Tensor second, Tensor third, Tensor fourth) =>
        Through(input, (block, x) => ((nn.Module<Tensor, Tensor, Tensor, Tensor, Tensor>)(nn.Module)block).call(x, second, third, fourth));

    /// <inheritdoc/>
    public IEnumerator<TBlock> GetEnumerator() => ((IEnumerable<TBlock>)blocks).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private Tensor Through(Tensor input, Func<TBlock, Tensor, Tensor> step)
    {
        using var scope = NewDisposeScope();
        return blocks.Aggregate(input, (x, block) => step(block, x)).MoveToOuterDisposeScope();
    }
}
