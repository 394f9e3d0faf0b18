using System.Collections;
using System.ComponentModel;
using System.Globalization;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// A block repeated <c>count</c> times, one after the other, each with its own weights. Layer i is named <c>i</c>.
/// </summary>
/// <typeparam name="TBlock">The block's type.</typeparam>
public sealed class Repeat<TBlock> : Layer, IReadOnlyList<TBlock> where TBlock : nn.Module
{
    private readonly TBlock[] blocks;

    /// <summary>Creates blocks that are built alike.</summary>
    /// <param name="count">The number of blocks, at least 1. Mark it <c>[MuDepth]</c> if depth scales.</param>
    /// <param name="make">Creates one block.</param>
    /// <exception cref="SizeException">The count is not positive, or so large that the blocks cannot fit into memory.</exception>
    public Repeat(int count, Func<TBlock> make)
        : this(count, _ => make())
    {
    }

    /// <summary>Creates blocks that differ in flags, densities or other values that leave sizes and tensors the same.</summary>
    /// <param name="count">The number of blocks, at least 1. Mark it <c>[MuDepth]</c> if depth scales.</param>
    /// <param name="make">Creates the block at an index from 0 to <paramref name="count"/> − 1.</param>
    /// <exception cref="SizeException">The count is not positive, or so large that the blocks cannot fit into memory.</exception>
    public Repeat(int count, Func<int, TBlock> make)
    {
        Positive(count, nameof(count), $"Repeat<{typeof(TBlock).Name}>");
        blocks = NumberedBlocks.Create(this, count, make, $"Repeat<{typeof(TBlock).Name}>");
    }

    /// <inheritdoc/>
    public int Count => blocks.Length;

    /// <inheritdoc/>
    public TBlock this[int index] => blocks[index];

    /// <inheritdoc cref="Layer{T, TResult}.Declare"/>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    public void Declare(ParameterScope scope, Extent count, Action<TBlock, ParameterScope> declare) =>
        Declare(scope, count, (block, place, _) => declare(block, place));

    /// <inheritdoc cref="Layer{T, TResult}.Declare"/>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    public void Declare(ParameterScope scope, Extent count, Action<TBlock, ParameterScope, int> declare)
    {
        Declare(scope);
        for (var i = 0; i < blocks.Length; i++)
        {
            declare(blocks[i], scope.Repeated(count).Child(i.ToString(CultureInfo.InvariantCulture)), i);
        }
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) =>
        Through(input, static (block, x) => ((nn.Module<Tensor, Tensor>)(nn.Module)block).call(x));

    /// <summary>Runs blocks with two inputs: each receives the output of the block before it, and the memory.</summary>
    public Tensor call(Tensor input, Tensor memory) =>
        Through(input, (block, x) => ((nn.Module<Tensor, Tensor, Tensor>)(nn.Module)block).call(x, memory));

    /// <summary>Runs blocks with three inputs: each receives the output of the block before it, and both other inputs.</summary>
    public Tensor call(Tensor input, Tensor second, Tensor third) =>
        Through(input, (block, x) => ((nn.Module<Tensor, Tensor, Tensor, Tensor>)(nn.Module)block).call(x, second, third));

    /// <summary>Runs blocks with four inputs: each receives the output of the block before it, and the other inputs.</summary>
    public Tensor call(Tensor input, Tensor second, Tensor third, Tensor fourth) =>
        Through(
            input,
            (block, x) => ((nn.Module<Tensor, Tensor, Tensor, Tensor, Tensor>)(nn.Module)block).call(x, second, third, fourth));

    /// <inheritdoc/>
    public IEnumerator<TBlock> GetEnumerator() => ((IEnumerable<TBlock>)blocks).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private Tensor Through(Tensor input, Func<TBlock, Tensor, Tensor> step)
    {
        using var scope = NewDisposeScope();
        return blocks.Aggregate(input, (x, block) => step(block, x)).MoveToOuterDisposeScope();
    }
}
