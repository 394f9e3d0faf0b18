// The depth of these models is not tuned on a shallower one.
#pragma warning disable SUP318

using static TorchSharp.torch;

namespace SuParDsl.Tests.Models;

/// <summary>One mixture of experts between two linear layers.</summary>
[Model]
public partial class RoutedMlp(
    [MuWidth(16)] int width, int experts = 4, int active = 2, int inputs = 5, int outputs = 3, [Density] double density = 1.0,
    double balance = 0.01, [InitStd] double sigma = 0.3, Rule rule = Rule.SuPar)
{
    public Linear          In  { get; } = new(inputs, width);
    public Experts<Expert> Moe { get; } = new(experts, active, width, () => new(width, 2 * width, density), balance);
    public Linear          Out { get; } = new(width, outputs);

    [Flow] Tensor Flow(Tensor x) => x | In | Relu | Moe | Out;
}

/// <summary>An expert with biases.</summary>
[Block, Sparse(nameof(density))]
public partial class Expert([MuWidth] int width, [MuWidth] int hidden, [Density] double density)
{
    public Linear Up   { get; } = new(width, hidden);
    public Linear Down { get; } = new(hidden, width);

    [Flow] Tensor Flow(Tensor x) => x | Up | Gelu | Down;
}

/// <summary>A language model with a mixture in each of its blocks.</summary>
[Model]
public partial class MixtureGpt(
    [MuWidth(32)] int width, int layers = 2, int experts = 4, int active = 2, int vocab = 11, int headDim = 8,
    [Density] double density = 1.0)
{
    public Embedding            Tok    { get; } = new(vocab, width);
    public Repeat<MixtureBlock> Blocks { get; } = new(layers, () => new(width, experts, active, headDim, density));
    public Linear               Head   { get; } = new(width, vocab, bias: false);

    [Flow] Tensor Flow(Tensor ids) => ids | Tok | Blocks | Head;
}

[Block]
public partial class MixtureBlock([MuWidth] int width, int experts, int active, int headDim, [Density] double density)
{
    public RmsNorm         Norm1 { get; } = new(width);
    public GqaAttention    Attn  { get; } = new(width, headDim, 1, density);
    public RmsNorm         Norm2 { get; } = new(width);
    public Experts<Expert> Moe   { get; } = new(experts, active, width, () => new(width, 2 * width, density));

    [Flow] Tensor Flow(Tensor x)
    {
        x += x | Norm1 | Attn;
        return x + (x | Norm2 | Moe);
    }
}
