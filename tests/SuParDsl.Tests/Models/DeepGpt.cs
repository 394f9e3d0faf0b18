namespace SuParDsl.Tests.Models;

/// <summary>nanoGPT with biases whose width and depth scale, at CompleteP's α = 1.</summary>
[Model]
public partial class DeepGpt([MuWidth(32)] int width, [MuDepth(2)] int layers, int vocab = 40, int context = 16, int headDim = 16)
{
    public Embedding            Tok    { get; } = new(vocab, width);
    public Embedding            Pos    { get; } = new(context, width);
    public Repeat<DeepGptBlock> Blocks { get; } = new(layers, () => new(width, headDim));
    public LayerNorm            Final  { get; } = new(width);

    [Flow] Tensor Flow(Tensor ids) => ((ids | Tok) + (Positions(ids) | Pos)) | Blocks | Final | Tok.Unembed;
}

/// <summary>The same at α = ½.</summary>
[Model]
public partial class DeepGptByRoot(
    [MuWidth(32)] int width, [MuDepth(2, Alpha = 0.5)] int layers, int vocab = 40, int context = 16, int headDim = 16)
{
    public Embedding            Tok    { get; } = new(vocab, width);
    public Embedding            Pos    { get; } = new(context, width);
    public Repeat<DeepGptBlock> Blocks { get; } = new(layers, () => new(width, headDim));
    public LayerNorm            Final  { get; } = new(width);

    [Flow] Tensor Flow(Tensor ids) => ((ids | Tok) + (Positions(ids) | Pos)) | Blocks | Final | Tok.Unembed;
}

/// <summary>Attention, then a feed-forward layer, each on a normalised copy of the stream.</summary>
[Block]
public partial class DeepGptBlock([MuWidth] int width, int headDim)
{
    public LayerNorm        Norm1 { get; } = new(width);
    public DeepGptAttention Attn  { get; } = new(width, headDim);
    public LayerNorm        Norm2 { get; } = new(width);
    public DeepGptFeed      Mlp   { get; } = new(width, 4 * width);

    [Flow] Tensor Flow(Tensor x)
    {
        x = x + (x | Norm1 | Attn);
        return x + (x | Norm2 | Mlp);
    }
}

/// <summary>Causal self-attention with one product for queries, keys and values.</summary>
[Block]
public partial class DeepGptAttention([MuWidth] int width, int headDim)
{
    public Linear Qkv  { get; } = new(width, 3 * width);
    public Linear Proj { get; } = new(width, width);

    [Flow] Tensor Flow(Tensor x)
    {
        var (q, k, v) = (x | Qkv).Split(3);
        return Attention(q.Heads(headDim), k.Heads(headDim), v.Heads(headDim), causal: true).Merge() | Proj;
    }
}

/// <summary>Two linear maps with a GELU between them.</summary>
[Block]
public partial class DeepGptFeed([MuWidth] int width, [MuWidth] int hidden)
{
    public Linear Up   { get; } = new(width, hidden);
    public Linear Down { get; } = new(hidden, width);

    [Flow] Tensor Flow(Tensor x) => x | Up | Gelu | Down;
}
