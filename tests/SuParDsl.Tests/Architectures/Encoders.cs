using static TorchSharp.torch;
using static SuParDsl.Tests.Architectures.ByHand;

namespace SuParDsl.Tests.Architectures;

[Model]
public partial class Bert([MuWidth(16)] int width, [MuDepth(2)] int layers = 2, int headDim = 8, int vocab = 13,
                          int context = 8, Rule rule = Rule.Standard)
{
    public Embedding         Tok    { get; } = new(vocab, width);
    public Embedding         Pos    { get; } = new(context, width);
    public Embedding         Kind   { get; } = new(2, width);
    public LayerNorm         First  { get; } = new(width);
    public Repeat<BertBlock> Blocks { get; } = new(layers, () => new(width, headDim));
    public Linear            Head   { get; } = new(width, vocab);

    [Flow] Tensor Flow([Shape("B", "T")] Tensor ids, [Shape("B", "T")] Tensor kinds, [Shape("B", "T")] Tensor real)
    {
        var x = ((ids | Tok) + (Positions(ids) | Pos) + (kinds | Kind)) | First;
        return Blocks.call(x, real) | Head;
    }
}

[Block]
public partial class BertBlock([MuWidth] int width, int headDim)
{
    public Linear    Qkv    { get; } = new(width, 3 * width);
    public Linear    Out    { get; } = new(width, width);
    public LayerNorm First  { get; } = new(width);
    public Linear    Up     { get; } = new(width, 4 * width);
    public Linear    Down   { get; } = new(4 * width, width);
    public LayerNorm Second { get; } = new(width);

    [Flow] Tensor Flow(Tensor x, [Shape("B", "T")] Tensor real)
    {
        var (q, k, v) = (x | Qkv).Split(3);
        var mixed = Attention(q.Heads(headDim), k.Heads(headDim), v.Heads(headDim), causal: false, keyMask: real).Merge();
        x = (x + (mixed | Out)) | First;
        return (x + (x | Up | Gelu | Down)) | Second;
    }
}

[Model]
public partial class Seq2Seq([MuWidth(16)] int width, [MuDepth(2)] int layers = 2, int headDim = 8, int vocab = 13,
                             int context = 8, Rule rule = Rule.Standard)
{
    public Embedding           Tok    { get; } = new(vocab, width);
    public Embedding           Pos    { get; } = new(context, width);
    public Repeat<ReadBlock>   Read   { get; } = new(layers, () => new(width, headDim));
    public Repeat<WriteBlock>  Write  { get; } = new(layers, () => new(width, headDim));

    [Flow] Tensor Flow([Shape("B", "S")] Tensor source, [Shape("B", "T")] Tensor target)
    {
        var memory = ((source | Tok) + (Positions(source) | Pos)) | Read;
        return Write.call((target | Tok) + (Positions(target) | Pos), memory) | Tok.Unembed;
    }
}

[Block]
public partial class ReadBlock([MuWidth] int width, int headDim)
{
    public Linear    Qkv    { get; } = new(width, 3 * width);
    public Linear    Out    { get; } = new(width, width);
    public LayerNorm First  { get; } = new(width);
    public Linear    Up     { get; } = new(width, 4 * width);
    public Linear    Down   { get; } = new(4 * width, width);
    public LayerNorm Second { get; } = new(width);

    [Flow] Tensor Flow(Tensor x)
    {
        var (q, k, v) = (x | Qkv).Split(3);
        x = (x + (Attention(q.Heads(headDim), k.Heads(headDim), v.Heads(headDim), causal: false).Merge() | Out)) | First;
        return (x + (x | Up | Relu | Down)) | Second;
    }
}

[Block]
public partial class WriteBlock([MuWidth] int width, int headDim)
{
    public Linear    Qkv    { get; } = new(width, 3 * width);
    public Linear    Out    { get; } = new(width, width);
    public LayerNorm First  { get; } = new(width);
    public Linear    Query  { get; } = new(width, width);
    public Linear    Keys   { get; } = new(width, 2 * width);
    public Linear    Mix    { get; } = new(width, width);
    public LayerNorm Second { get; } = new(width);
    public Linear    Up     { get; } = new(width, 4 * width);
    public Linear    Down   { get; } = new(4 * width, width);
    public LayerNorm Third  { get; } = new(width);

    [Flow] Tensor Flow(Tensor x, Tensor memory)
    {
        var (q, k, v) = (x | Qkv).Split(3);
        x = (x + (Attention(q.Heads(headDim), k.Heads(headDim), v.Heads(headDim), causal: true).Merge() | Out)) | First;
        var (keys, values) = (memory | Keys).Split(2);
        var query = (x | Query).Heads(headDim);
        x = (x + (Attention(query, keys.Heads(headDim), values.Heads(headDim), causal: false).Merge() | Mix)) | Second;
        return (x + (x | Up | Relu | Down)) | Third;
    }
}

[Model]
public partial class VisionTransformer([MuWidth(16)] int width, [MuDepth(2)] int layers = 2, int headDim = 8, int image = 8,
                                       int patch = 4, int classes = 5, Rule rule = Rule.Standard)
{
    public Conv2d            Patch  { get; } = new(3, width, kernel: patch, stride: patch);
    public Weight            Class  { get; } = new(width);
    public Weight            Pos    { get; } = new((image / patch) * (image / patch) + 1, width);
    public Repeat<ReadFirst> Blocks { get; } = new(layers, () => new(width, headDim));
    public LayerNorm         Last   { get; } = new(width);
    public Linear            Head   { get; } = new(width, classes);

    [Flow] Tensor Flow([Shape("B", 3, nameof(image), nameof(image))] Tensor x)
    {
        var tokens = (x | Patch).Tokens();
        return Summary((Cat(ForEach(Class, tokens), tokens, axis: 1) + Pos) | Blocks) | Last | Head;
    }

    [Op("d, B N d -> B 1 d")]
    static Tensor ForEach(Tensor token, Tensor tokens) => token.expand(tokens.shape[0], 1, -1);

    [Op("B N d -> B d")]
    static Tensor Summary(Tensor x) => x.select(1, 0);
}

[Block]
public partial class ReadFirst([MuWidth] int width, int headDim)
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
        x += Attention(q.Heads(headDim), k.Heads(headDim), v.Heads(headDim), causal: false).Merge() | Out;
        return x + (x | Second | Up | Gelu | Down);
    }
}

[Model]
public partial class PatchTst([MuWidth(16)] int width, [MuDepth(2)] int layers = 2, int headDim = 8, int steps = 12,
                              int patch = 3, int horizon = 2, Rule rule = Rule.Standard)
{
    public Linear            In     { get; } = new(patch, width);
    public Weight            Pos    { get; } = new(steps / patch, width);
    public Repeat<ReadFirst> Blocks { get; } = new(layers, () => new(width, headDim));
    public LayerNorm         Last   { get; } = new(width);
    public Linear            Head   { get; } = new((steps / patch) * width, horizon);

    [Flow] Tensor Flow([Shape("B", nameof(steps))] Tensor series) =>
        (((series.Reshape(steps / patch, patch) | In) + Pos) | Blocks | Last).Reshape((steps / patch) * width) | Head;
}

[Model]
public partial class Clip([MuWidth(16)] int width, [MuDepth(2)] int layers = 2, int headDim = 8, int image = 8,
                          int patch = 4, int vocab = 13, int context = 8, int shared = 6, Rule rule = Rule.Standard)
{
    public Conv2d            Patch  { get; } = new(3, width, kernel: patch, stride: patch);
    public Weight            Grid   { get; } = new((image / patch) * (image / patch), width);
    public Repeat<ReadFirst> See    { get; } = new(layers, () => new(width, headDim));
    public LayerNorm         Norm1  { get; } = new(width);
    public Linear            Left   { get; } = new(width, shared, bias: false);
    public Embedding         Tok    { get; } = new(vocab, width);
    public Embedding         Pos    { get; } = new(context, width);
    public Repeat<Gpt2Block> Read   { get; } = new(layers, () => new(width, headDim));
    public LayerNorm         Norm2  { get; } = new(width);
    public Linear            Right  { get; } = new(width, shared, bias: false);

    [Flow] (Tensor, Tensor) Flow([Shape("B", 3, nameof(image), nameof(image))] Tensor images, [Shape("B", "T")] Tensor ids)
    {
        var seen = ((images | Patch).Tokens() + Grid) | See;
        var read = ((ids | Tok) + (Positions(ids) | Pos)) | Read;
        return (Unit(seen.Pool() | Norm1 | Left), Unit(Final(read) | Norm2 | Right));
    }

    [Op("B T d -> B d")]
    static Tensor Final(Tensor x) => x.select(1, -1);

    [Op("B d -> B d")]
    static Tensor Unit(Tensor x) => x / x.norm(-1, keepdim: true);
}

/// <summary>Transformers that read a whole sequence at once.</summary>
internal static class Encoders
{
    public static IReadOnlyList<Architecture> All { get; } =
    [
        new("BERT", ArXiv("1810.04805"), "three tensors in, `keyMask:` for padding, `Repeat` of two",
            [typeof(Bert), typeof(BertBlock)], RunBert),
        new("Transformer", ArXiv("1706.03762"), "two tensors in, cross-attention, a `Repeat` with a memory",
            [typeof(Seq2Seq), typeof(ReadBlock), typeof(WriteBlock)], RunSeq2Seq),
        new("ViT", ArXiv("2010.11929"), "`Tokens`, `Cat` along positions, a class token by two `[Op]`s",
            [typeof(VisionTransformer), typeof(ReadFirst)], RunVisionTransformer),
        new("PatchTST", ArXiv("2211.14730"), "`Reshape` into patches and back",
            [typeof(PatchTst), typeof(ReadFirst)], RunPatchTst),
        new("CLIP", ArXiv("2103.00020"), "two encoders, a tuple out, two `[Op]`s",
            [typeof(Clip), typeof(ReadFirst), typeof(Gpt2Block)], RunClip),
    ];

    private static Comparison RunBert()
    {
        var model = Drawn(new Bert(Bert.Base, seed: 1));
        var (ids, kinds) = (Ids(1, 13, 2, 6), Ids(2, 2, 2, 6));
        var real = tensor([1L, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0], [2, 6]);
        var hidden = zeros(2, 1, 1, 6).masked_fill(real.eq(0).view(2, 1, 1, 6), double.NegativeInfinity);
        var x = Norm(model.First, model.Tok.weight[ids] + model.Pos.weight[arange(6)] + model.Kind.weight[kinds]);
        foreach (var block in model.Blocks)
        {
            x = Norm(block.First, x + Map(block.Out, Self(Map(block.Qkv, x), hidden)));
            x = Norm(block.Second, x + Map(block.Down, nn.functional.gelu(Map(block.Up, x))));
        }

        return new(model, [model.call(ids, kinds, real)], [Map(model.Head, x)]);
    }

    private static Comparison RunSeq2Seq()
    {
        var model = Drawn(new Seq2Seq(Seq2Seq.Base, seed: 1));
        var (source, target) = (Ids(1, 13, 2, 6), Ids(2, 13, 2, 4));
        var memory = model.Tok.weight[source] + model.Pos.weight[arange(6)];
        foreach (var block in model.Read)
        {
            memory = Norm(block.First, memory + Map(block.Out, Self(Map(block.Qkv, memory))));
            memory = Norm(block.Second, memory + Map(block.Down, nn.functional.relu(Map(block.Up, memory))));
        }

        var x = model.Tok.weight[target] + model.Pos.weight[arange(4)];
        foreach (var block in model.Write)
        {
            x = Norm(block.First, x + Map(block.Out, Self(Map(block.Qkv, x), Causal(4))));
            var keys = Map(block.Keys, memory).chunk(2, -1);
            var mixed = Attend(Heads(Map(block.Query, x), 8), Heads(keys[0], 8), Heads(keys[1], 8));
            x = Norm(block.Second, x + Map(block.Mix, mixed));
            x = Norm(block.Third, x + Map(block.Down, nn.functional.relu(Map(block.Up, x))));
        }

        return new(model, [model.call(source, target)], [x.matmul(model.Tok.weight.t())]);
    }

    private static Comparison RunVisionTransformer()
    {
        var model = Drawn(new VisionTransformer(VisionTransformer.Base, seed: 1));
        var images = Reals(1, 2, 3, 8, 8);
        var tokens = Conv(model.Patch, images, stride: 4).flatten(2).transpose(1, 2);
        var x = cat([model.Class.weight.repeat(2, 1, 1), tokens], 1) + model.Pos.weight;
        x = Norm(model.Last, Through(model.Blocks, x));
        return new(model, [model.call(images)], [Map(model.Head, x.narrow(1, 0, 1).squeeze(1))]);
    }

    private static Comparison RunPatchTst()
    {
        var model = Drawn(new PatchTst(PatchTst.Base, seed: 1));
        var series = Reals(1, 3, 12);
        var x = Map(model.In, series.view(3, 4, 3)) + model.Pos.weight;
        return new(model, [model.call(series)], [Map(model.Head, Norm(model.Last, Through(model.Blocks, x)).reshape(3, 64))]);
    }

    private static Comparison RunClip()
    {
        var model = Drawn(new Clip(Clip.Base, seed: 1));
        var (images, ids) = (Reals(1, 2, 3, 8, 8), Ids(1, 13, 2, 6));
        var patches = Conv(model.Patch, images, stride: 4).flatten(2).transpose(1, 2);
        var seen = Norm(model.Norm1, Through(model.See, patches + model.Grid.weight).mean([1]));
        var x = model.Tok.weight[ids] + model.Pos.weight[arange(6)];
        foreach (var block in model.Read)
        {
            x = x + Map(block.Out, Self(Map(block.Qkv, Norm(block.First, x)), Causal(6)));
            var up = Map(block.Up, Norm(block.Second, x));
            x = x + Map(block.Down, 0.5 * up * (1 + (Math.Sqrt(2 / Math.PI) * (up + 0.044715 * up.pow(3))).tanh()));
        }

        var (left, right) = model.call(images, ids);
        var read = Norm(model.Norm2, x.narrow(1, 5, 1).squeeze(1));
        return new(model, [left, right], [Unit(Map(model.Left, seen)), Unit(Map(model.Right, read))]);

        static Tensor Unit(Tensor x) => x / x.square().sum(-1, keepdim: true).sqrt();
    }

    private static Tensor Through(IEnumerable<ReadFirst> blocks, Tensor x)
    {
        foreach (var block in blocks)
        {
            x = x + Map(block.Out, Self(Map(block.Qkv, Norm(block.First, x))));
            x = x + Map(block.Down, nn.functional.gelu(Map(block.Up, Norm(block.Second, x))));
        }

        return x;
    }

    private static Tensor Self(Tensor qkv, Tensor? bias = null)
    {
        var parts = qkv.chunk(3, -1);
        return Attend(Heads(parts[0], 8), Heads(parts[1], 8), Heads(parts[2], 8), bias);
    }
}
