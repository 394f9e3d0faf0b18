// The same stack with and without depth scaling, for comparison.
#pragma warning disable SUP318

namespace SuParDsl.Tests.Models;

/// <summary>Residual feed-forward blocks whose depth scales with α = 1.</summary>
[Model]
public partial class Deep([MuWidth(64)] int width, [MuDepth(2)] int layers, [Density] double density = 1.0,
                          [InitStd] double sigma = 0.1, [Multiplier] double alphaIn = 1.0)
{
    public Linear            In     { get; } = new(8, width);
    public Repeat<DeepBlock> Blocks { get; } = new(layers, () => new(width, density));
    public LayerNorm         Final  { get; } = new(width);
    public Linear            Head   { get; } = new(width, 4);

    [Flow] Tensor Flow([Shape("B", 8)] Tensor x) => (alphaIn * (x | In)) | Blocks | Final | Head;
}

/// <summary>The same with α = ½.</summary>
[Model]
public partial class DeepByRoot([MuWidth(64)] int width, [MuDepth(2, Alpha = 0.5)] int layers, [Density] double density = 1.0,
                                [InitStd] double sigma = 0.1, [Multiplier] double alphaIn = 1.0)
{
    public Linear            In     { get; } = new(8, width);
    public Repeat<DeepBlock> Blocks { get; } = new(layers, () => new(width, density));
    public LayerNorm         Final  { get; } = new(width);
    public Linear            Head   { get; } = new(width, 4);

    [Flow] Tensor Flow([Shape("B", 8)] Tensor x) => (alphaIn * (x | In)) | Blocks | Final | Head;
}

/// <summary>The same with a depth that does not scale.</summary>
[Model]
public partial class DeepPlain([MuWidth(64)] int width, int layers = 2, [Density] double density = 1.0,
                               [InitStd] double sigma = 0.1, [Multiplier] double alphaIn = 1.0)
{
    public Linear            In     { get; } = new(8, width);
    public Repeat<DeepBlock> Blocks { get; } = new(layers, () => new(width, density));
    public LayerNorm         Final  { get; } = new(width);
    public Linear            Head   { get; } = new(width, 4);

    [Flow] Tensor Flow([Shape("B", 8)] Tensor x) => (alphaIn * (x | In)) | Blocks | Final | Head;
}

/// <summary>A feed-forward layer on a normalised copy of the stream.</summary>
[Block, Sparse(nameof(density))]
public partial class DeepBlock([MuWidth] int width, [Density] double density)
{
    public LayerNorm Norm { get; } = new(width);
    public Linear    Up   { get; } = new(width, 2 * width);
    public Linear    Down { get; } = new(2 * width, width);

    [Flow] Tensor Flow(Tensor x) => x + (x | Norm | Up | Gelu | Down);
}
