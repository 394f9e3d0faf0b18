using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>What the flow language's words do at run time. Emitted <c>forward</c> methods call these.</summary>
public static partial class Functional
{
    /// <summary>… T width → … width/size T size.</summary>
    public static Tensor Heads(Tensor x, long size) => x.unflatten(-1, -1, size).transpose(-3, -2);

    /// <summary>… heads T size → … T heads·size.</summary>
    public static Tensor Merge(Tensor x) => x.transpose(-3, -2).flatten(-2);

    /// <summary>The positions 0 … T−1 of ids of shape … T.</summary>
    public static Tensor Positions(Tensor ids) => arange(ids.shape[^1], int64, ids.device);

    /// <summary>softmax(q·kᵀ·scale)·v over the last two axes, each position seeing only itself and earlier ones where causal.</summary>
    /// <param name="q">Queries, B heads T d.</param>
    /// <param name="k">Keys, B heads T d.</param>
    /// <param name="v">Values, B heads T d.</param>
    /// <param name="causal">Whether later positions are hidden.</param>
    /// <param name="scale">The factor on the logits.</param>
    public static Tensor Attention(Tensor q, Tensor k, Tensor v, bool causal, double scale)
    {
        // TorchSharp's function has no scale and divides by √d: q carries the rest.
        var rest = scale * Math.Sqrt(q.shape[^1]);
        using var scope = NewDisposeScope();
        var scaled = rest == 1 ? q : q * rest;
        return nn.functional.scaled_dot_product_attention(scaled, k, v, is_casual: causal).MoveToOuterDisposeScope();
    }
}
