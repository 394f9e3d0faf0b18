namespace Llama;

/// <summary>Attention, then a gated feed-forward layer, each on a normalised copy of the stream.</summary>
[Block, Sparse(nameof(density))]
public partial class Block([MuWidth] int width, [MuWidth] int hidden, int headDim, int groups, double alphaAttn,
                           double theta, RopeScaling scaling, double epsilon, [Density] double density)
{
    public RmsNorm       Norm1 { get; } = new(width, epsilon);
    public SelfAttention Attn  { get; } = new(width, headDim, groups, alphaAttn, theta, scaling, density);
    public RmsNorm       Norm2 { get; } = new(width, epsilon);
    public SwiGlu        Mlp   { get; } = new(width, hidden, density);

    [Flow] Tensor Flow(Tensor x)
    {
        x = x + (x | Norm1 | Attn);
        return x + (x | Norm2 | Mlp);
    }
}

/// <summary>Causal attention in which each key and value head serves <paramref name="groups"/> query heads.</summary>
/// <param name="width">The size of the stream.</param>
/// <param name="headDim">The size of a head.</param>
/// <param name="groups">The number of query heads that share a key and value head.</param>
/// <param name="alphaAttn">The factor on attention logits.</param>
/// <param name="theta">The base of the rotary frequencies.</param>
/// <param name="scaling">How the rotary frequencies are scaled.</param>
/// <param name="density">The fraction of weights kept.</param>
[Block, Sparse(nameof(density))]
public partial class SelfAttention([MuWidth] int width, int headDim, int groups, double alphaAttn,
                                   double theta, RopeScaling scaling, [Density] double density)
{
    public Linear Q    { get; } = new(width, width,          bias: false);
    public Linear K    { get; } = new(width, width / groups, bias: false);
    public Linear V    { get; } = new(width, width / groups, bias: false);
    public Linear O    { get; } = new(width, width,          bias: false);
    public Rope   Rope { get; } = new(headDim, theta, scaling);

    [Flow] Tensor Flow(Tensor x)
    {
        var q = (x | Q).Heads(headDim) | Rope;
        var k = (x | K).Heads(headDim) | Rope;
        var v = (x | V).Heads(headDim);
        return Attention(alphaAttn * q, k, v, causal: true).Merge() | O;
    }
}

/// <summary>A gated feed-forward layer: (silu(x·Gate) · (x·Up))·Down.</summary>
[Block, Sparse(nameof(density))]
public partial class SwiGlu([MuWidth] int width, [MuWidth] int hidden, [Density] double density)
{
    public Linear Gate { get; } = new(width, hidden, bias: false);
    public Linear Up   { get; } = new(width, hidden, bias: false);
    public Linear Down { get; } = new(hidden, width, bias: false);

    [Flow] Tensor Flow(Tensor x) => ((x | Gate | Silu) * (x | Up)) | Down;
}
