namespace SuParDsl.Tests.Models;

// One block in two models of one compilation, each with its own bases; it holds blocks itself.
[Model]
public partial class Narrow([MuWidth(16)] int width, [MuDepth(2)] int layers)
{
    public Repeat<ParallelBlock> Blocks { get; } = new(layers, () => new(width, 8));

    [Flow] Tensor Flow(Tensor x) => x | Blocks;
}

[Model]
public partial class Wide([MuWidth(64)] int size, [MuDepth(8)] int count)
{
    public Repeat<ParallelBlock> Blocks { get; } = new(count, () => new(size, 8));

    [Flow] Tensor Flow(Tensor x) => x | Blocks;
}

// Attention and feed-forward beside each other, in one residual add.
[Block]
public partial class ParallelBlock([MuWidth] int width, int headDim)
{
    public RmsNorm        Norm { get; } = new(width);
    public CrossAttention Attn { get; } = new(width, headDim);
    public RmsNorm        Other { get; } = new(width);
    public SwiGlu         Mlp  { get; } = new(width, 2 * width, 1.0);

    [Flow] Tensor Flow(Tensor x)
    {
        var h = x | Norm;
        return x + Attn.call(h, h) + (x | Other | Mlp);
    }
}
