using System.ComponentModel;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>A table of vectors, looked up by integer ids. <see cref="Unembed"/> is its tied readout.</summary>
public sealed class Embedding : Layer
{
    /// <summary>The table, [count × width].</summary>
    public Parameter weight;

    /// <summary>A table of <paramref name="count"/> vectors of size <paramref name="width"/>.</summary>
    /// <exception cref="SizeException">A size is not positive.</exception>
    public Embedding(int count, int width)
    {
        Positive(count, nameof(count), nameof(Embedding));
        Positive(width, nameof(width), nameof(Embedding));
        weight = Learned.Zeros(count, width);
        register_parameter(nameof(weight), weight);
        Unembed = new TiedReadout(this);
    }

    /// <summary>The readout x·Wᵀ/m_d over this table: one tensor and one learning rate for both uses.</summary>
    public TiedReadout Unembed { get; }

    /// <inheritdoc cref="Layer{T, TResult}.Declare"/>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    public void Declare(Declaration at, Extent count, Extent width, bool tied = false, TensorOptions options = default)
    {
        Declare(at);
        // A row is looked up, not summed over: the fan-in is one token whatever the vocabulary.
        at.AddMatrix(nameof(weight), [count, width], 1, width, options, canBeSparse: false, isTiedReadout: tied);
        Unembed.Declare(at, width, count);
    }

    /// <summary>ids … → … width.</summary>
    public override Tensor forward(Tensor ids)
    {
        _ = Place;
        using var scope = NewDisposeScope();
        return weight.index_select(0, ids.flatten()).view([.. ids.shape, weight.shape[1]]).MoveToOuterDisposeScope();
    }
}
