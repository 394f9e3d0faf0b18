namespace SuParDsl.Tests.Models;

/// <summary>An encoder-decoder: a model of two tensors of different lengths.</summary>
[Model]
public partial class Translator(
    [MuWidth(32)] int width, [MuDepth(2)] int layers, int vocab = 20, int context = 16, int headDim = 8,
    [InitStd] double sigma = 0.02)
{
    public Embedding            Tok    { get; } = new(vocab, width);
    public Embedding            Pos    { get; } = new(context, width);
    public Repeat<EncoderBlock> Encode { get; } = new(layers, () => new(width, headDim));
    public LayerNorm            Memory { get; } = new(width);
    public Repeat<DecoderBlock> Decode { get; } = new(layers, () => new(width, headDim));
    public LayerNorm            Last   { get; } = new(width);

    [Flow] Tensor Flow([Shape("B", "S")] Tensor source, [Shape("B", "T")] Tensor target)
    {
        var memory = ((source | Tok) + (Positions(source) | Pos)) | Encode | Memory;
        var x = (target | Tok) + (Positions(target) | Pos);
        return Decode.call(x, memory) | Last | Tok.Unembed;
    }
}

[Block]
public partial class EncoderBlock([MuWidth] int width, int headDim)
{
    public LayerNorm Norm { get; } = new(width);
    public Linear    Qkv  { get; } = new(width, 3 * width);
    public Linear    Out  { get; } = new(width, width);

    [Flow] Tensor Flow(Tensor x)
    {
        var (q, k, v) = (x | Norm | Qkv).Split(3);
        return x + (Attention(q.Heads(headDim), k.Heads(headDim), v.Heads(headDim), causal: false).Merge() | Out);
    }
}

[Block]
public partial class DecoderBlock([MuWidth] int width, int headDim)
{
    public LayerNorm First  { get; } = new(width);
    public Linear    Qkv    { get; } = new(width, 3 * width);
    public Linear    Out    { get; } = new(width, width);
    public LayerNorm Second { get; } = new(width);
    public Linear    Query  { get; } = new(width, width);
    public Linear    Keys   { get; } = new(width, 2 * width);
    public Linear    Mix    { get; } = new(width, width);

    [Flow] Tensor Flow(Tensor x, Tensor memory)
    {
        var (q, k, v) = (x | First | Qkv).Split(3);
        x += Attention(q.Heads(headDim), k.Heads(headDim), v.Heads(headDim), causal: true).Merge() | Out;
        var (keys, values) = (memory | Keys).Split(2);
        var query = (x | Second | Query).Heads(headDim);
        return x + (Attention(query, keys.Heads(headDim), values.Heads(headDim), causal: false).Merge() | Mix);
    }
}
