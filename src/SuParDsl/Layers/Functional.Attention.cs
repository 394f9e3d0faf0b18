using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl;

/// <content>Attention.</content>
public static partial class Functional
{
    /// <summary>
    /// softmax(q·kᵀ·scale)·v over the last two axes. A query attends to a key only if every given argument allows it: causal
    /// order, the window, the masks and the documents. A query that attends to no key gives zeros, and no gradients. If there
    /// are fewer queries than keys, the queries are the last positions, as in a decoder with a key-value cache.
    /// </summary>
    /// <param name="q">Queries, B heads T d.</param>
    /// <param name="k">
    /// Keys, B heads/groups S d: each key head serves a group of query heads, without copies of keys and values.
    /// </param>
    /// <param name="v">Values, B heads/groups S d.</param>
    /// <param name="causal">Whether later positions are masked.</param>
    /// <param name="scale">The factor on the logits.</param>
    /// <param name="position">Biases on the logits by distance; null for none.</param>
    /// <param name="mask">
    /// T S, B T S or B heads T S, where an axis may be 1: bool, true where a query attends to a key, or floating-point numbers
    /// that are added to the logits. Null for none.
    /// </param>
    /// <param name="keyMask">B S, bool or integers: true or not 0 where a key is real and no padding; null if all are.</param>
    /// <param name="documents">
    /// B T, integers: the number of the document at each position of a packed sequence, which attends only to its own; null if
    /// a sequence is one document.
    /// </param>
    /// <param name="window">
    /// The sliding window: a query attends to its own position and the window − 1 positions before it, and to as many after it if
    /// the attention is not causal. At least 1; null for no limit.
    /// </param>
    /// <param name="dropout">The dropout of the attention's probabilities in training; null for none.</param>
    /// <param name="cache">
    /// The cache that the model runs with, whose keys and values come before these; null for none.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The attention is causal and has more queries than keys; a mask or the documents have a wrong shape or type; the window is
    /// less than 1.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// There is a cache, and the attention is not causal, or has masks or documents.
    /// </exception>
    public static Tensor Attention(
        Tensor q, Tensor k, Tensor v, bool causal, double scale, Alibi? position = null, Tensor? mask = null,
        Tensor? keyMask = null, Tensor? documents = null, long? window = null, Dropout? dropout = null,
        KeyValueCache? cache = null)
    {
        using var scope = NewDisposeScope();
        if (cache is not null)
        {
            (k, v) = !causal || mask is not null || keyMask is not null || documents is not null
                ? throw new InvalidOperationException(
                    "attention that is not causal, or that has masks, cannot run with a key-value cache: "
                    + "call the model with whole sequences")
                : cache.Add(k, v);
        }

        var (queries, keys) = (q.shape[^2], k.shape[^2]);
        if (causal && queries > keys)
        {
            throw new ArgumentException(
                $"causal attention has {queries} queries for {keys} keys: there must be at most as many queries as keys, "
                + "and the queries are the last positions");
        }

        if (window < 1)
        {
            throw new ArgumentException($"the window of attention is {window} positions: it must be at least 1");
        }

        var limits = new AttentionMask(causal, window)
        {
            Position = position, Mask = mask, KeyMask = keyMask, Documents = documents,
        };
        if (cache is not null && limits.Reach(queries, keys) is var reach && reach < keys)
        {
            (k, v, keys) = (k.narrow(-2, keys - reach, reach), v.narrow(-2, keys - reach, reach), reach);
        }

        var (isPlain, biases) = (limits.IsPlainCausal(queries, keys), limits.For(q, keys));

        // TorchSharp's function has no scale argument and divides by √d. Multiply q by the remaining factor.
        var rest = scale * Math.Sqrt(q.shape[^1]);
        var scaled = rest == 1 ? q : Multiply(q, rest);
        var probability = dropout?.Probability ?? 0;
        var groups = q.shape[^3] / k.shape[^3];
        if (groups == 1)
        {
            return nn.functional.scaled_dot_product_attention(scaled, k, v, biases, probability, isPlain)
                .MoveToOuterDisposeScope();
        }

        var members = scaled.reshape([.. q.shape[..^3], k.shape[^3], groups, queries, q.shape[^1]]);
        if (biases is null && !isPlain)
        {
            // All queries of a group see the same keys, so that they are the queries of one head.
            return nn.functional.scaled_dot_product_attention(members.flatten(-3, -2), k, v, p: probability)
                .reshape([.. q.shape[..^1], v.shape[^1]]).MoveToOuterDisposeScope();
        }

        // The engine's outputs lie in memory as B T heads d, so that these copies, and Merge, need no transposition.
        var masks = AttentionMask.OfMembers(biases, k.shape[^3], (int)groups);
        var outputs = members.unbind(-3).Select((member, i) =>
            nn.functional.scaled_dot_product_attention(member, k, v, masks[i], probability, isPlain).transpose(-3, -2));
        return stack(outputs, -2).flatten(-3, -2).transpose(-3, -2).MoveToOuterDisposeScope();
    }
}
