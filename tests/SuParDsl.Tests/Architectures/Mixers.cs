using static TorchSharp.torch;
using static SuParDsl.Tests.Architectures.ByHand;

namespace SuParDsl.Tests.Architectures;

[Model]
public partial class MlpMixer([MuWidth(16)] int width, [MuDepth(2)] int layers = 2, int image = 8, int patch = 2,
                              int classes = 5, Rule rule = Rule.Standard)
{
    public Conv2d             Patch  { get; } = new(3, width, kernel: patch, stride: patch);
    public Repeat<MixerBlock> Blocks { get; } = new(layers, () => new(width, (image / patch) * (image / patch), 8));
    public LayerNorm          Last   { get; } = new(width);
    public Linear             Head   { get; } = new(width, classes);

    [Flow] Tensor Flow([Shape("B", 3, nameof(image), nameof(image))] Tensor x) =>
        ((x | Patch).Tokens() | Blocks | Last).Pool() | Head;
}

[Block]
public partial class MixerBlock([MuWidth] int width, int tokens, int inner)
{
    public LayerNorm First   { get; } = new(width);
    public Linear    Across  { get; } = new(tokens, inner);
    public Linear    Back    { get; } = new(inner, tokens);
    public LayerNorm Second  { get; } = new(width);
    public Linear    Up      { get; } = new(width, 4 * width);
    public Linear    Down    { get; } = new(4 * width, width);

    [Flow] Tensor Flow(Tensor x)
    {
        x += ((x | First).Transpose(-1, -2) | Across | Gelu | Back).Transpose(-1, -2);
        return x + (x | Second | Up | Gelu | Down);
    }
}

[Model]
public partial class GMlp([MuWidth(16)] int width, [MuDepth(2)] int layers = 2, int tokens = 6, int vocab = 13,
                          Rule rule = Rule.Standard)
{
    public Embedding         Tok    { get; } = new(vocab, width);
    public Repeat<GMlpBlock> Blocks { get; } = new(layers, () => new(width, tokens));
    public LayerNorm         Last   { get; } = new(width);

    [Flow] Tensor Flow([Shape("B", nameof(tokens))] Tensor ids) => ids | Tok | Blocks | Last | Tok.Unembed;
}

[Block]
public partial class GMlpBlock([MuWidth] int width, int tokens)
{
    public LayerNorm First  { get; } = new(width);
    public Linear    Up     { get; } = new(width, 4 * width);
    public LayerNorm Second { get; } = new(2 * width);
    public Linear    Across { get; } = new(tokens, tokens);
    public Linear    Down   { get; } = new(2 * width, width);

    [Flow] Tensor Flow(Tensor x)
    {
        var (value, gate) = (x | First | Up | Gelu).Split(2);
        gate = ((gate | Second).Transpose(-1, -2) | Across).Transpose(-1, -2);
        return x + (value * gate | Down);
    }
}

[Model]
public partial class ResMlp([MuWidth(16)] int width, [MuDepth(2)] int layers = 2, int image = 8, int patch = 2, int classes = 5,
                            Rule rule = Rule.Standard)
{
    public Conv2d              Patch  { get; } = new(3, width, kernel: patch, stride: patch);
    public Repeat<ResMlpBlock> Blocks { get; } = new(layers, () => new(width, (image / patch) * (image / patch)));
    public Linear              Head   { get; } = new(width, classes);

    [Flow] Tensor Flow([Shape("B", 3, nameof(image), nameof(image))] Tensor x) => ((x | Patch).Tokens() | Blocks).Pool() | Head;
}

[Block]
public partial class ResMlpBlock([MuWidth] int width, int tokens)
{
    public Weight Gain1  { get; } = new(width, Init.Ones);
    public Weight Shift1 { get; } = new(width);
    public Linear Across { get; } = new(tokens, tokens);
    public Weight Scale1 { get; } = new(width, Init.Ones);
    public Weight Gain2  { get; } = new(width, Init.Ones);
    public Weight Shift2 { get; } = new(width);
    public Linear Up     { get; } = new(width, 4 * width);
    public Linear Down   { get; } = new(4 * width, width);
    public Weight Scale2 { get; } = new(width, Init.Ones);

    [Flow] Tensor Flow(Tensor x)
    {
        x += ((x * Gain1 + Shift1).Transpose(-1, -2) | Across).Transpose(-1, -2) * Scale1;
        return x + ((x * Gain2 + Shift2) | Up | Gelu | Down) * Scale2;
    }
}

/// <summary>Networks that mix positions by matrices in place of attention.</summary>
internal static class Mixers
{
    public static IReadOnlyList<Architecture> All { get; } =
    [
        new("MLP-Mixer", ArXiv("2105.01601"), "`Tokens`, `Transpose`, sizes that are fixed beside ones that scale",
            [typeof(MlpMixer), typeof(MixerBlock)], () =>
            {
                var model = Drawn(new MlpMixer(MlpMixer.Base, seed: 1));
                var images = Reals(1, 2, 3, 8, 8);
                var x = Conv(model.Patch, images, stride: 2).flatten(2).transpose(1, 2);
                foreach (var block in model.Blocks)
                {
                    var across = Map(block.Across, Norm(block.First, x).transpose(1, 2));
                    x = x + Map(block.Back, nn.functional.gelu(across)).transpose(1, 2);
                    x = x + Map(block.Down, nn.functional.gelu(Map(block.Up, Norm(block.Second, x))));
                }

                return new(model, [model.call(images)], [Map(model.Head, Norm(model.Last, x).mean([1]))]);
            }),
        new("gMLP", ArXiv("2105.08050"), "`Split`, a gate over positions by `Transpose`",
            [typeof(GMlp), typeof(GMlpBlock)], () =>
            {
                var model = Drawn(new GMlp(GMlp.Base, seed: 1));
                var ids = Ids(1, 13, 2, 6);
                var x = model.Tok.weight[ids];
                foreach (var block in model.Blocks)
                {
                    var parts = nn.functional.gelu(Map(block.Up, Norm(block.First, x))).chunk(2, -1);
                    var gate = block.Across.weight.matmul(Norm(block.Second, parts[1])) + block.Across.bias!.unsqueeze(-1);
                    x = x + Map(block.Down, parts[0] * gate);
                }

                return new(model, [model.call(ids)], [Norm(model.Last, x).matmul(model.Tok.weight.t())]);
            }),
        new("ResMLP", ArXiv("2105.03404"), "`Weight` as gain, shift and scale of a branch",
            [typeof(ResMlp), typeof(ResMlpBlock)], () =>
            {
                var model = Drawn(new ResMlp(ResMlp.Base, seed: 1));
                var images = Reals(1, 2, 3, 8, 8);
                var x = Conv(model.Patch, images, stride: 2).flatten(2).transpose(1, 2);
                foreach (var block in model.Blocks)
                {
                    var across = block.Across.weight.matmul(x * block.Gain1.weight + block.Shift1.weight);
                    x = x + (across + block.Across.bias!.unsqueeze(-1)) * block.Scale1.weight;
                    var up = nn.functional.gelu(Map(block.Up, x * block.Gain2.weight + block.Shift2.weight));
                    x = x + Map(block.Down, up) * block.Scale2.weight;
                }

                return new(model, [model.call(images)], [Map(model.Head, x.mean([1]))]);
            }),
    ];
}
