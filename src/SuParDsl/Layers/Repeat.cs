using System.Collections;
using System.ComponentModel;
using System.Globalization;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>A block repeated <c>count</c> times, one after the other, each with its own weights. Layer i is named <c>i</c>.</summary>
/// <typeparam name="TBlock">The block's type.</typeparam>
public sealed class Repeat<TBlock> : Layer, IReadOnlyList<TBlock> where TBlock : nn.Module<Tensor, Tensor>
{
    private readonly TBlock[] blocks;

    /// <summary>Makes the blocks.</summary>
    /// <param name="count">How many, at least 1; marked <c>[MuDepth]</c> where depth scales.</param>
    /// <param name="make">Makes one block.</param>
    /// <exception cref="SizeException">The count is not positive.</exception>
    public Repeat(int count, Func<TBlock> make)
    {
        Positive(count, nameof(count), $"Repeat<{typeof(TBlock).Name}>");
        blocks = new TBlock[count];
        for (var i = 0; i < count; i++)
        {
            blocks[i] = make();
            register_module(i.ToString(CultureInfo.InvariantCulture), blocks[i]);
        }
    }

    /// <inheritdoc/>
    public int Count => blocks.Length;

    /// <inheritdoc/>
    public TBlock this[int index] => blocks[index];

    /// <inheritdoc cref="Layer{T, TResult}.Declare"/>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    public void Declare(Declaration at, Extent count, Action<TBlock, Declaration> declare)
    {
        Declare(at);
        for (var i = 0; i < blocks.Length; i++)
        {
            declare(blocks[i], at.Repeated(count).Child(i.ToString(CultureInfo.InvariantCulture)));
        }
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = input;
        foreach (var block in blocks)
        {
            x = block.call(x);
        }

        return x.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public IEnumerator<TBlock> GetEnumerator() => ((IEnumerable<TBlock>)blocks).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
