namespace Translation;

/// <summary>
/// An encoder-decoder. The encoder reads a sentence. The decoder predicts each word of its translation from the words before it,
/// and from the whole sentence by cross-attention.
/// </summary>
[Model]
public partial class Translator(
    [MuWidth(64)] int width, [MuDepth(2)] int layers, int words = 32, int context = 12, int headDim = 16,
    [Density] double density = 1.0, [InitStd] double sigma = 0.02, Rule rule = Rule.SuPar)
{
    public Embedding       Source { get; } = new(words, width);
    public Embedding       Target { get; } = new(words, width);
    public Embedding       Place  { get; } = new(context, width);
    public Repeat<Encoder> Encode { get; } = new(layers, () => new(width, headDim, density));
    public LayerNorm       Read   { get; } = new(width);
    public Repeat<Decoder> Decode { get; } = new(layers, () => new(width, headDim, density));
    public LayerNorm       Last   { get; } = new(width);

    [Flow] Tensor Flow([Shape("B", "S")] Tensor source, [Shape("B", "T")] Tensor target)
    {
        var memory = ((source | Source) + (Positions(source) | Place)) | Encode | Read;
        var x = (target | Target) + (Positions(target) | Place);
        return Decode.call(x, memory) | Last | Target.Unembed;
    }
}

/// <summary>Attention of all words of a sentence to one another, then a feed-forward layer.</summary>
[Block]
public partial class Encoder([MuWidth] int width, int headDim, [Density] double density)
{
    public LayerNorm     Norm1 { get; } = new(width);
    public SelfAttention Attn  { get; } = new(width, headDim, density, causal: false);
    public LayerNorm     Norm2 { get; } = new(width);
    public FeedForward   Mlp   { get; } = new(width, density);

    [Flow] Tensor Flow(Tensor x)
    {
        x += x | Norm1 | Attn;
        return x + (x | Norm2 | Mlp);
    }
}

/// <summary>Attention to earlier words, then to the sentence that is translated, then a feed-forward layer.</summary>
[Block]
public partial class Decoder([MuWidth] int width, int headDim, [Density] double density)
{
    public LayerNorm      Norm1 { get; } = new(width);
    public SelfAttention  Attn  { get; } = new(width, headDim, density, causal: true);
    public LayerNorm      Norm2 { get; } = new(width);
    public CrossAttention Cross { get; } = new(width, headDim, density);
    public LayerNorm      Norm3 { get; } = new(width);
    public FeedForward    Mlp   { get; } = new(width, density);

    [Flow] Tensor Flow(Tensor x, Tensor memory)
    {
        x += x | Norm1 | Attn;
        x += Cross.call(x | Norm2, memory);
        return x + (x | Norm3 | Mlp);
    }
}

/// <summary>Queries, keys and values come from one stream.</summary>
[Block, Sparse(nameof(density))]
public partial class SelfAttention([MuWidth] int width, int headDim, [Density] double density, bool causal)
{
    public Linear Qkv { get; } = new(width, 3 * width);
    public Linear Out { get; } = new(width, width);

    [Flow] Tensor Flow(Tensor x)
    {
        var (q, k, v) = (x | Qkv).Split(3);
        return Attention(q.Heads(headDim), k.Heads(headDim), v.Heads(headDim), causal).Merge() | Out;
    }
}

/// <summary>Queries come from the decoder's stream, keys and values from the encoder's.</summary>
[Block, Sparse(nameof(density))]
public partial class CrossAttention([MuWidth] int width, int headDim, [Density] double density)
{
    public Linear Query { get; } = new(width, width);
    public Linear Pairs { get; } = new(width, 2 * width);
    public Linear Out   { get; } = new(width, width);

    [Flow] Tensor Flow(Tensor x, Tensor memory)
    {
        var (keys, values) = (memory | Pairs).Split(2);
        return Attention((x | Query).Heads(headDim), keys.Heads(headDim), values.Heads(headDim), causal: false).Merge() | Out;
    }
}

/// <summary>Two linear layers with a GELU between them.</summary>
[Block, Sparse(nameof(density))]
public partial class FeedForward([MuWidth] int width, [Density] double density)
{
    public Linear Up   { get; } = new(width, 4 * width);
    public Linear Down { get; } = new(4 * width, width);

    [Flow] Tensor Flow(Tensor x) => x | Up | Gelu | Down;
}
