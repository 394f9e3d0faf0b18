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

    /// <summary>
    /// softmax(q·kᵀ·scale)·v over the last two axes. With a causal mask, each position attends only to itself and earlier
    /// positions. If there are fewer queries than keys, the queries are the last positions, as in a decoder with a key-value
    /// cache.
    /// </summary>
    /// <param name="q">Queries, B heads T d.</param>
    /// <param name="k">Keys, B heads/groups S d: each key head serves a group of query heads.</param>
    /// <param name="v">Values, B heads/groups S d.</param>
    /// <param name="causal">Whether later positions are masked.</param>
    /// <param name="scale">The factor on the logits.</param>
    /// <param name="position">Biases on the logits by distance; null for none.</param>
    /// <param name="cache">
    /// The cache that the model runs with, whose keys and values come before these; null for none.
    /// </param>
    /// <exception cref="ArgumentException">The attention is causal and has more queries than keys.</exception>
    /// <exception cref="InvalidOperationException">There is a cache, and the attention is not causal.</exception>
    public static Tensor Attention(
        Tensor q, Tensor k, Tensor v, bool causal, double scale, Alibi? position = null, KeyValueCache? cache = null)
    {
        using var scope = NewDisposeScope();
        if (cache is not null)
        {
            (k, v) = causal ? cache.Add(k, v) : throw new InvalidOperationException(
                "attention that is not causal cannot run with a key-value cache: call the model with whole sequences");
        }

        var (queries, keys) = (q.shape[^2], k.shape[^2]);
        if (causal && queries > keys)
        {
            throw new ArgumentException(
                $"causal attention has {queries} queries for {keys} keys: there must be at most as many queries as keys, "
                + "and the queries are the last positions");
        }

        // TorchSharp's function has no scale argument and divides by √d. Multiply q by the remaining factor.
        var rest = scale * Math.Sqrt(q.shape[^1]);
        var scaled = rest == 1 ? q : Multiply(q, rest);
        var groups = q.shape[^3] / k.shape[^3];
        if (groups > 1 && queries == 1 && position is null)
        {
            // The query heads of a group are queries of the same keys, all of which the last position sees.
            var grouped = scaled.reshape([.. q.shape[..^3], k.shape[^3], groups, q.shape[^1]]);
            return nn.functional.scaled_dot_product_attention(grouped, k, v)
                .reshape([.. q.shape[..^1], v.shape[^1]]).MoveToOuterDisposeScope();
        }

        if (groups > 1)
        {
            (k, v) = (k.repeat_interleave(groups, -3), v.repeat_interleave(groups, -3));
        }

        // One query is the last position, which sees every key.
        var hides = causal && queries > 1;
        if (position is null)
        {
            // The function's own causal mask assumes that the first query is position 0, however many keys there are.
            var mask = hides && queries < keys ? ones([queries, keys], ScalarType.Bool, q.device).tril(keys - queries) : null;
            return nn.functional.scaled_dot_product_attention(
                scaled, k, v, attn_mask: mask, is_casual: hides && mask is null).MoveToOuterDisposeScope();
        }

        var biases = position.Biases(queries, keys, q.dtype, q.device);
        if (hides)
        {
            using var hidden = float.NegativeInfinity.ToScalar();
            biases = Add(biases, full([queries, keys], hidden, q.dtype, q.device).triu(1 + keys - queries));
        }

        return nn.functional.scaled_dot_product_attention(scaled, k, v, attn_mask: biases).MoveToOuterDisposeScope();
    }
}
