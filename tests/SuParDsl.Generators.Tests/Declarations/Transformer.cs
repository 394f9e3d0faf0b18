namespace Examples;

[Model]
public partial class Gpt([MuWidth(256)] int width,            // m_d = width / 256
                         [MuDepth(4)]   int layers,           // m_L = layers / 4
                         int vocab = 50304, int context = 1024, int headDim = 64,
                         [Density] double attn = 1.0, [Density] double mlp = 1.0,
                         [InitStd] double sigma = 0.02,
                         [Multiplier] double alphaIn = 1.0, [Multiplier] double alphaOut = 1.0,
                         Rule rule = Rule.SuPar)              // Standard, MuP: for comparison runs
{
    public Embedding     Tok    { get; } = new(vocab, width);
    public Embedding     Pos    { get; } = new(context, width);
    public Repeat<Block> Blocks { get; } = new(layers, () => new(width, headDim, attn, mlp));
    public RmsNorm       Final  { get; } = new(width);

    [Flow] Tensor Flow(Tensor ids)
    {
        var x = alphaIn * ((ids | Tok) + (Positions(ids) | Pos));
        return alphaOut * (x | Blocks | Final | Tok.Unembed);  // tied; untied: declare a Linear, write | Head
    }
}

[Block]
public partial class Block([MuWidth] int width, int headDim, [Density] double attn, [Density] double mlp)
{
    public RmsNorm       Norm1 { get; } = new(width);
    public SelfAttention Attn  { get; } = new(width, headDim, attn);
    public RmsNorm       Norm2 { get; } = new(width);
    public SwiGlu        Mlp   { get; } = new(width, 4 * width, mlp);

    [Flow] Tensor Flow(Tensor x)
    {
        x = x + (x | Norm1 | Attn);                           // residual adds are found and scaled
        return x + (x | Norm2 | Mlp);
    }
}

[Block, Sparse(nameof(density))]                              // every hidden matrix of this block
public partial class SelfAttention([MuWidth] int width, int headDim, [Density] double density)
{
    public Linear Q { get; } = new(width, width);
    public Linear K { get; } = new(width, width);
    public Linear V { get; } = new(width, width);
    public Linear O { get; } = new(width, width);

    [Flow] Tensor Flow(Tensor x)
    {
        var q = (x | Q).Heads(headDim);                       // B T width -> B width/headDim T headDim
        var k = (x | K).Heads(headDim);
        var v = (x | V).Heads(headDim);
        return Attention(q, k, v, causal: true).Merge() | O;  // the scale is the rule's choice
    }
}

[Block, Sparse(nameof(density))]
public partial class SwiGlu([MuWidth] int width, [MuWidth] int hidden, [Density] double density)
{
    public Linear Gate { get; } = new(width, hidden, bias: false);
    public Linear Up   { get; } = new(width, hidden, bias: false);
    public Linear Down { get; } = new(hidden, width, bias: false);

    [Flow] Tensor Flow(Tensor x) => ((x | Gate | Silu) * (x | Up)) | Down;
}
