namespace Gqa;

/// <summary>A Llama-like language model: RMS norms, rotary positions, grouped-query attention, SwiGLU, untied readout.</summary>
[Model]
public partial class Llama([MuWidth(256)] int width, [MuDepth(4)] int layers = 4,
                           int vocab = 256, int context = 128, int headDim = 32, int groups = 4,
                           [Density] double attn = 1.0, [Density] double mlp = 1.0,
                           [InitStd] double sigma = 0.02,
                           [Multiplier] double alphaIn = 1.0, [Multiplier] double alphaOut = 1.0,
                           Rule rule = Rule.SuPar)
{
    public Embedding     Tok    { get; } = new(vocab, width);
    public Repeat<Block> Blocks { get; } = new(layers, () => new(width, headDim, groups, attn, mlp));
    public RmsNorm       Final  { get; } = new(width);
    public Linear        Head   { get; } = new(width, vocab, bias: false);

    [Flow] Tensor Flow(Tensor ids) => alphaOut * ((alphaIn * (ids | Tok)) | Blocks | Final | Head);
}

/// <summary>Attention, then a gated feed-forward layer, each on a normalised copy of the stream.</summary>
[Block]
public partial class Block([MuWidth] int width, int headDim, int groups, [Density] double attn, [Density] double mlp)
{
    public RmsNorm      Norm1 { get; } = new(width);
    public GqaAttention Attn  { get; } = new(width, headDim, groups, attn);
    public RmsNorm      Norm2 { get; } = new(width);
    public SwiGlu       Mlp   { get; } = new(width, 4 * width, mlp);

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
/// <param name="density">The fraction of weights kept.</param>
[Block, Sparse(nameof(density))]
public partial class GqaAttention([MuWidth] int width, int headDim, int groups, [Density] double density)
{
    public Linear Q    { get; } = new(width, width,          bias: false);
    public Linear K    { get; } = new(width, width / groups, bias: false);      // still scales with width
    public Linear V    { get; } = new(width, width / groups, bias: false);
    public Linear O    { get; } = new(width, width,          bias: false);
    public Rope   Rope { get; } = new(headDim);

    [Flow] Tensor Flow(Tensor x)
    {
        var q = (x | Q).Heads(headDim) | Rope;
        var k = (x | K).Heads(headDim) | Rope;                // B width/(groups·headDim) T headDim
        var v = (x | V).Heads(headDim);
        return Attention(q, k, v, causal: true).Merge() | O;  // kv heads repeat: proved from the shapes
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
