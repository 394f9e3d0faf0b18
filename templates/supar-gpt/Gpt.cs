namespace SuParGpt;

/// <summary>
/// A small GPT over bytes. The learning rate tuned at the base width stays best when the model is wider or sparser.
/// </summary>
[Model]
public partial class Gpt([MuWidth(64)] int width,
                         [MuDepth(2)] int layers = 2, int vocab = 256, int context = 64, int headDim = 16,
                         [Density] double density = 1.0)
{
    public Embedding     Tok    { get; } = new(vocab, width);
    public Embedding     Pos    { get; } = new(context, width);
    public Repeat<Block> Blocks { get; } = new(layers, () => new(width, headDim, density));
    public LayerNorm     Final  { get; } = new(width);

    [Flow] Tensor Flow(Tensor ids) => ((ids | Tok) + (Positions(ids) | Pos)) | Blocks | Final | Tok.Unembed;
}

/// <summary>Attention and a feed-forward layer, each with a layer norm before it and a residual connection around it.</summary>
[Block, Sparse(nameof(density))]
public partial class Block([MuWidth] int width, int headDim, [Density] double density)
{
    public LayerNorm Norm1 { get; } = new(width);
    public Linear    Qkv   { get; } = new(width, 3 * width);
    public Linear    Proj  { get; } = new(width, width);
    public LayerNorm Norm2 { get; } = new(width);
    public Linear    Up    { get; } = new(width, 4 * width);
    public Linear    Down  { get; } = new(4 * width, width);

    [Flow] Tensor Flow(Tensor x)
    {
        var (q, k, v) = (x | Norm1 | Qkv).Split(3);
        x = x + (Attention(q.Heads(headDim), k.Heads(headDim), v.Heads(headDim), causal: true).Merge() | Proj);
        return x + (x | Norm2 | Up | Gelu | Down);
    }
}
