// PaLM has one head of keys and values at every width.
#pragma warning disable SUP310

using static TorchSharp.torch;
using static SuParDsl.Tests.Architectures.ByHand;

namespace SuParDsl.Tests.Architectures;

[Model]
public partial class Gpt2([MuWidth(16)] int width, [MuDepth(2)] int layers = 2, int headDim = 8, int vocab = 13,
                          int context = 8, Rule rule = Rule.Standard)
{
    public Embedding         Tok    { get; } = new(vocab, width);
    public Embedding         Pos    { get; } = new(context, width);
    public Repeat<Gpt2Block> Blocks { get; } = new(layers, () => new(width, headDim));
    public LayerNorm         Last   { get; } = new(width);

    [Flow] Tensor Flow(Tensor ids) => ((ids | Tok) + (Positions(ids) | Pos)) | Blocks | Last | Tok.Unembed;
}

[Block]
public partial class Gpt2Block([MuWidth] int width, int headDim)
{
    public LayerNorm First  { get; } = new(width);
    public Linear    Qkv    { get; } = new(width, 3 * width);
    public Linear    Out    { get; } = new(width, width);
    public LayerNorm Second { get; } = new(width);
    public Linear    Up     { get; } = new(width, 4 * width);
    public Linear    Down   { get; } = new(4 * width, width);

    [Flow] Tensor Flow(Tensor x)
    {
        var (q, k, v) = (x | First | Qkv).Split(3);
        x += Attention(q.Heads(headDim), k.Heads(headDim), v.Heads(headDim), causal: true).Merge() | Out;
        return x + (x | Second | Up | GeluTanh | Down);
    }
}

[Model]
public partial class Llama([MuWidth(16)] int width, [MuWidth(8)] int keyWidth, [MuDepth(2)] int layers = 2, int headDim = 4,
                           int vocab = 13, Rule rule = Rule.Standard)
{
    public Embedding          Tok    { get; } = new(vocab, width);
    public Repeat<LlamaBlock> Blocks { get; } = new(layers, () => new(width, keyWidth, headDim, null));
    public RmsNorm            Last   { get; } = new(width);
    public Linear             Head   { get; } = new(width, vocab, bias: false);

    [Flow] Tensor Flow(Tensor ids) => ids | Tok | Blocks | Last | Head;
}

[Block]
public partial class LlamaBlock([MuWidth] int width, [MuWidth] int keyWidth, int headDim, int? window)
{
    public RmsNorm First  { get; } = new(width);
    public Linear  Q      { get; } = new(width, width, bias: false);
    public Linear  K      { get; } = new(width, keyWidth, bias: false);
    public Linear  V      { get; } = new(width, keyWidth, bias: false);
    public Rope    Turn   { get; } = new(headDim);
    public Linear  Out    { get; } = new(width, width, bias: false);
    public RmsNorm Second { get; } = new(width);
    public Linear  Gate   { get; } = new(width, 3 * width, bias: false);
    public Linear  Up     { get; } = new(width, 3 * width, bias: false);
    public Linear  Down   { get; } = new(3 * width, width, bias: false);

    [Flow] Tensor Flow(Tensor x)
    {
        var h = x | First;
        var q = (h | Q).Heads(headDim) | Turn;
        var k = (h | K).Heads(headDim) | Turn;
        x += Attention(q, k, (h | V).Heads(headDim), causal: true, window: window).Merge() | Out;
        h = x | Second;
        return x + ((h | Gate | Silu) * (h | Up) | Down);
    }
}

[Model]
public partial class Mistral([MuWidth(16)] int width, [MuWidth(8)] int keyWidth, [MuDepth(2)] int layers = 2,
                             int headDim = 4, int vocab = 13, Rule rule = Rule.Standard)
{
    public Embedding          Tok    { get; } = new(vocab, width);
    public Repeat<LlamaBlock> Blocks { get; } = new(layers, () => new(width, keyWidth, headDim, 3));
    public RmsNorm            Last   { get; } = new(width);
    public Linear             Head   { get; } = new(width, vocab, bias: false);

    [Flow] Tensor Flow(Tensor ids) => ids | Tok | Blocks | Last | Head;
}

[Model]
public partial class Bloom([MuWidth(16)] int width, [MuDepth(2)] int layers = 2, int headDim = 4, int vocab = 13,
                           Rule rule = Rule.Standard)
{
    public Embedding          Tok    { get; } = new(vocab, width);
    public LayerNorm          First  { get; } = new(width);
    public Repeat<BloomBlock> Blocks { get; } = new(layers, () => new(width, headDim));
    public LayerNorm          Last   { get; } = new(width);

    [Flow] Tensor Flow(Tensor ids) => ids | Tok | First | Blocks | Last | Tok.Unembed;
}

[Block]
public partial class BloomBlock([MuWidth] int width, int headDim)
{
    public LayerNorm First  { get; } = new(width);
    public Linear    Qkv    { get; } = new(width, 3 * width);
    public Alibi     Slopes { get; } = new(width / headDim);
    public Linear    Out    { get; } = new(width, width);
    public LayerNorm Second { get; } = new(width);
    public Linear    Up     { get; } = new(width, 4 * width);
    public Linear    Down   { get; } = new(4 * width, width);

    [Flow] Tensor Flow(Tensor x)
    {
        var (q, k, v) = (x | First | Qkv).Split(3);
        x += Attention(q.Heads(headDim), k.Heads(headDim), v.Heads(headDim), causal: true, position: Slopes).Merge() | Out;
        return x + (x | Second | Up | GeluTanh | Down);
    }
}

[Model]
public partial class Palm([MuWidth(16)] int width, [MuDepth(2)] int layers = 2, int headDim = 4, int vocab = 13,
                          Rule rule = Rule.Standard)
{
    public Embedding         Tok    { get; } = new(vocab, width);
    public Repeat<PalmBlock> Blocks { get; } = new(layers, () => new(width, headDim));
    public LayerNorm         Last   { get; } = new(width, bias: false);

    [Flow] Tensor Flow(Tensor ids) => ids | Tok | Blocks | Last | Tok.Unembed;
}

[Block]
public partial class PalmBlock([MuWidth] int width, int headDim)
{
    public LayerNorm Norm { get; } = new(width, bias: false);
    public Linear    Q    { get; } = new(width, width, bias: false);
    public Linear    K    { get; } = new(width, headDim, bias: false);
    public Linear    V    { get; } = new(width, headDim, bias: false);
    public Rope      Turn { get; } = new(headDim);
    public Linear    Out  { get; } = new(width, width, bias: false);
    public Linear    Wide { get; } = new(width, 8 * width, bias: false);
    public Linear    Down { get; } = new(4 * width, width, bias: false);

    [Flow] Tensor Flow(Tensor x)
    {
        var h = x | Norm;
        var q = (h | Q).Heads(headDim) | Turn;
        var k = (h | K).Heads(headDim) | Turn;
        var mixed = Attention(q, k, (h | V).Heads(headDim), causal: true).Merge() | Out;
        var (gate, up) = (h | Wide).Split(2);
        return x + mixed + ((gate | Silu) * up | Down);
    }
}

/// <summary>Language models that predict the next token.</summary>
internal static class Decoders
{
    public static IReadOnlyList<Architecture> All { get; } =
    [
        new("GPT-2", "[Radford et al. 2019](https://github.com/openai/gpt-2)",
            "`Positions`, causal `Attention`, tied `Unembed`",
            [typeof(Gpt2), typeof(Gpt2Block)], RunGpt2),
        new("Llama", $"{ArXiv("2302.13971")}, {ArXiv("2307.09288")}",
            "`RmsNorm`, `Rope`, SwiGLU by `*`, grouped queries", [typeof(Llama), typeof(LlamaBlock)], () =>
            {
                var model = Drawn(new Llama(Llama.Base, seed: 1));
                var ids = Ids(1, 13, 2, 6);
                return new(model, [model.call(ids)], [LlamaLogits(model.Tok, model.Blocks, model.Last, model.Head, ids, null)]);
            }),
        new("Mistral", ArXiv("2310.06825"), "a block of another model, `window:`",
            [typeof(Mistral), typeof(LlamaBlock)], () =>
            {
                var model = Drawn(new Mistral(Mistral.Base, seed: 1));
                var ids = Ids(1, 13, 2, 6);
                return new(model, [model.call(ids)], [LlamaLogits(model.Tok, model.Blocks, model.Last, model.Head, ids, 3)]);
            }),
        new("BLOOM", ArXiv("2211.05100"), "`Alibi` as `position:`",
            [typeof(Bloom), typeof(BloomBlock)], RunBloom),
        new("PaLM", ArXiv("2204.02311"), "parallel branches, one key and value head, `Split`",
            [typeof(Palm), typeof(PalmBlock)], RunPalm),
    ];

    private static Comparison RunGpt2()
    {
        var model = Drawn(new Gpt2(Gpt2.Base, seed: 1));
        var ids = Ids(1, 13, 2, 6);
        var x = model.Tok.weight[ids] + model.Pos.weight[arange(6)];
        foreach (var block in model.Blocks)
        {
            var qkv = Map(block.Qkv, Norm(block.First, x)).chunk(3, -1);
            x = x + Map(block.Out, Attend(Heads(qkv[0], 8), Heads(qkv[1], 8), Heads(qkv[2], 8), Causal(6)));
            x = x + Map(block.Down, Gelu(Map(block.Up, Norm(block.Second, x))));
        }

        return new(model, [model.call(ids)], [Norm(model.Last, x).matmul(model.Tok.weight.t())]);
    }

    private static Comparison RunBloom()
    {
        var model = Drawn(new Bloom(Bloom.Base, seed: 1));
        var ids = Ids(1, 13, 2, 6);
        var x = Norm(model.First, model.Tok.weight[ids]);
        var distance = (arange(6).unsqueeze(1) - arange(6).unsqueeze(0)).to(float32);
        var bias = Causal(6) - tensor([0.25f, 0.0625f, 0.015625f, 0.00390625f], [4, 1, 1]) * distance;
        foreach (var block in model.Blocks)
        {
            var qkv = Map(block.Qkv, Norm(block.First, x)).chunk(3, -1);
            x = x + Map(block.Out, Attend(Heads(qkv[0], 4), Heads(qkv[1], 4), Heads(qkv[2], 4), bias));
            x = x + Map(block.Down, Gelu(Map(block.Up, Norm(block.Second, x))));
        }

        return new(model, [model.call(ids)], [Norm(model.Last, x).matmul(model.Tok.weight.t())]);
    }

    private static Comparison RunPalm()
    {
        var model = Drawn(new Palm(Palm.Base, seed: 1));
        var ids = Ids(1, 13, 2, 6);
        var x = model.Tok.weight[ids];
        foreach (var block in model.Blocks)
        {
            var h = Norm(block.Norm, x);
            var (q, k) = (Turn(Heads(Map(block.Q, h), 4)), Turn(Heads(Map(block.K, h), 4)));
            var mixed = Map(block.Out, Attend(q, k, Heads(Map(block.V, h), 4), Causal(6)));
            var wide = Map(block.Wide, h).chunk(2, -1);
            x = x + mixed + Map(block.Down, nn.functional.silu(wide[0]) * wide[1]);
        }

        return new(model, [model.call(ids)], [Norm(model.Last, x).matmul(model.Tok.weight.t())]);
    }

    private static Tensor LlamaLogits(
        Embedding tok, IEnumerable<LlamaBlock> blocks, RmsNorm last, Linear head, Tensor ids, long? window)
    {
        var x = tok.weight[ids];
        foreach (var block in blocks)
        {
            var h = Norm(block.First, x);
            var (q, k) = (Turn(Heads(Map(block.Q, h), 4)), Turn(Heads(Map(block.K, h), 4)));
            x = x + Map(block.Out, Attend(q, k, Heads(Map(block.V, h), 4), Causal(ids.shape[1], window)));
            h = Norm(block.Second, x);
            x = x + Map(block.Down, nn.functional.silu(Map(block.Gate, h)) * Map(block.Up, h));
        }

        return Map(head, Norm(last, x));
    }

    private static Tensor Gelu(Tensor x) => 0.5 * x * (1 + (Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x.pow(3))).tanh());

    /// <summary>Rotates the pairs of coordinates (i, i + size/2), as complex numbers.</summary>
    private static Tensor Turn(Tensor x)
    {
        var (positions, size) = (x.shape[^2], x.shape[^1]);
        var frequencies = pow(10000, -arange(0, size, 2, float32) / size);
        var angles = arange(positions, float32).unsqueeze(1) * frequencies;
        var halves = x.chunk(2, -1);
        var (cos, sin) = (angles.cos(), angles.sin());
        return cat([halves[0] * cos - halves[1] * sin, halves[1] * cos + halves[0] * sin], -1);
    }
}
