using System.ComponentModel;
using System.Runtime.InteropServices;
using SuParDsl.Engine;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>A table of vectors, looked up by integer ids. <see cref="Unembed"/> is its tied readout.</summary>
public sealed class Embedding : Layer
{
    /// <summary>The table, [count × width].</summary>
    public Parameter weight;

    private string path = nameof(Embedding);

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
    public void Declare(ParameterScope scope, Extent count, Extent width, bool tied = false, TensorOptions options = default)
    {
        Declare(scope);
        // Rows are looked up and not summed, so the fan-in is one token for every size of the vocabulary.
        var tensor = scope.AddMatrix(nameof(weight), [count, width], 1, width, options, canBeSparse: false, isTiedReadout: tied);
        path = tensor.Name[..^(nameof(weight).Length + 1)];
        Unembed.Declare(scope, width, count);
    }

    /// <summary>ids … → … width.</summary>
    /// <exception cref="IdException">
    /// An id is outside the table, or the ids are neither int64 nor int32. On a GPU the engine detects a bad id only after the
    /// call, and the process cannot use the GPU afterwards.
    /// </exception>
    public override Tensor forward(Tensor ids)
    {
        _ = Place;
        using var scope = NewDisposeScope();
        try
        {
            return weight.index_select(0, ids.flatten()).view([.. ids.shape, weight.shape[1]]).MoveToOuterDisposeScope();
        }
        catch (ExternalException e) when (WhatIsWrong(ids) is { } reason)
        {
            throw new IdException(reason, e);
        }
    }

    // Called only after the engine has thrown, because a check beforehand would be another pass over the ids.
    private string? WhatIsWrong(Tensor ids)
    {
        if (ids.dtype is not (ScalarType.Int64 or ScalarType.Int32))
        {
            return $"{path} got ids of {ids.dtype}: they must be Int64 or Int32";
        }

        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var (count, all) = (weight.shape[0], ids.cpu());
        using var end = count.ToScalar();
        var bad = all.lt(Scalars.Zero).logical_or(all.ge(end)).nonzero();
        if (bad.shape[0] == 0)
        {
            return null;
        }

        var place = bad[0].data<long>().ToArray();
        var id = place.Aggregate(all, static (part, index) => part[index]).to_type(ScalarType.Int64).ToInt64();
        return $"{path} got id {id} at [{string.Join(", ", place)}] of ids of shape [{string.Join(", ", ids.shape)}]: "
            + $"its table has {count} rows, so that ids must be in [0, {count})";
    }
}
