using SuParDsl.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>The run-time implementations of the flow operations. Emitted <c>forward</c> methods call them.</summary>
public static partial class Functional
{
    /// <summary>… T width → … width/size T size.</summary>
    // Uses view, because TorchSharp's unflatten does not accept a negative axis.
    public static Tensor Heads(Tensor x, long size) => x.view([.. x.shape[..^1], -1, size]).transpose(-3, -2);

    /// <summary>… heads T size → … T heads·size.</summary>
    public static Tensor Merge(Tensor x) => x.transpose(-3, -2).flatten(-2);

    /// <summary>B C H W → B H·W C.</summary>
    public static Tensor Tokens(Tensor x) => x.flatten(-2).transpose(-2, -1);

    /// <summary>The mean over positions: B C H W → B C, B T C → B C.</summary>
    public static Tensor Pool(Tensor x) => x.dim() >= 4 ? x.mean([-2, -1]) : x.mean([-2]);

    /// <summary>The mean over an axis, which is removed.</summary>
    public static Tensor Mean(Tensor x, long axis) => x.mean([axis]);

    /// <summary>The sum over an axis, which is removed.</summary>
    public static Tensor Sum(Tensor x, long axis) => x.sum([axis]);

    /// <summary>Exchanges two axes.</summary>
    public static Tensor Transpose(Tensor x, long first, long second) => x.transpose(first, second);

    /// <summary>Gives all axes but the first other sizes; −1 stands for the one that is left.</summary>
    public static Tensor Reshape(Tensor x, ReadOnlySpan<long> sizes) => x.reshape([x.shape[0], .. sizes]);

    /// <summary>The same values without a gradient.</summary>
    public static Tensor Detach(Tensor x) => x.detach();

    /// <summary>The larger of two tensors, element by element.</summary>
    public static Tensor Maximum(Tensor x, Tensor y) => maximum(x, y);

    /// <summary>The smaller of two tensors, element by element.</summary>
    public static Tensor Minimum(Tensor x, Tensor y) => minimum(x, y);

    /// <summary>Splits an axis into equal parts.</summary>
    public static Parts Split(Tensor x, long count, long axis = -1) => new(x.chunk(count, axis));

    /// <summary>Splits an axis into parts of the given sizes.</summary>
    public static Parts Split(Tensor x, ReadOnlySpan<long> sizes, long axis = -1) => new(x.split(sizes.ToArray(), axis));

    /// <summary>The positions 0 … T−1 of ids of shape … T, or those after the positions in a cache.</summary>
    /// <param name="ids">Ids, … T.</param>
    /// <param name="cache">The cache that the model runs with; null for none.</param>
    public static Tensor Positions(Tensor ids, KeyValueCache? cache = null)
    {
        var first = cache?.Length ?? 0;
        return Range(first, first + ids.shape[^1], ids.device);
    }

    /// <summary>The integers from <paramref name="start"/> up to but not including <paramref name="end"/>, as int64.</summary>
    internal static Tensor Range(long start, long end, Device device)
    {
        using var first = start.ToScalar();
        using var stop = end.ToScalar();
        return arange(first, stop, Scalars.One, int64, device);
    }
}
