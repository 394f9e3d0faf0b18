namespace Moe;

/// <summary>
/// A GPT whose feed-forward layers are mixtures of experts: a router sends each position to some of several sparse layers.
/// </summary>
[Model]
public partial class MoeGpt([MuWidth(128)] int width, [MuDepth(2)] int layers = 2, int experts = 8, int active = 2,
                            int vocab = 256, int context = 64, int headDim = 32, [Density] double density = 1.0,
                            [InitStd] double sigma = 0.02, [Multiplier] double alphaIn = 1.0, Rule rule = Rule.SuPar)
{
    public Embedding     Tok    { get; } = new(vocab, width);
    public Embedding     Pos    { get; } = new(context, width);
    public Repeat<Block> Blocks { get; } = new(layers, () => new(width, experts, active, headDim, density));
    public RmsNorm       Final  { get; } = new(width);
    public Linear        Head   { get; } = new(width, vocab, bias: false);

    [Flow] Tensor Flow(Tensor ids) => (alphaIn * ((ids | Tok) + (Positions(ids) | Pos))) | Blocks | Final | Head;
}

/// <summary>Attention, then a mixture of experts, each on a normalised copy of the stream.</summary>
[Block]
public partial class Block([MuWidth] int width, int experts, int active, int headDim, [Density] double density)
{
    public RmsNorm              Norm1 { get; } = new(width);
    public SelfAttention        Attn  { get; } = new(width, headDim, density);
    public RmsNorm              Norm2 { get; } = new(width);
    public Experts<FeedForward> Moe   { get; } = new(experts, active, width, () => new(width, density));

    [Flow] Tensor Flow(Tensor x)
    {
        x += x | Norm1 | Attn;
        return x + (x | Norm2 | Moe);
    }
}

/// <summary>Causal self-attention with one product for queries, keys and values.</summary>
[Block, Sparse(nameof(density))]
public partial class SelfAttention([MuWidth] int width, int headDim, [Density] double density)
{
    public Linear Qkv { get; } = new(width, 3 * width, bias: false);
    public Linear Out { get; } = new(width, width, bias: false);

    [Flow] Tensor Flow(Tensor x)
    {
        var (q, k, v) = (x | Qkv).Split(3);
        return Attention(q.Heads(headDim), k.Heads(headDim), v.Heads(headDim), causal: true).Merge() | Out;
    }
}

/// <summary>One expert: two linear layers with a GELU between them.</summary>
[Block, Sparse(nameof(density))]
public partial class FeedForward([MuWidth] int width, [Density] double density)
{
    public Linear Up   { get; } = new(width, 2 * width, bias: false);
    public Linear Down { get; } = new(2 * width, width, bias: false);

    [Flow] Tensor Flow(Tensor x) => x | Up | Gelu | Down;
}
