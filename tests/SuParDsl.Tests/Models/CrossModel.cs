namespace SuParDsl.Tests.Models;

/// <summary>Blocks with several inputs and outputs, alone and repeated.</summary>
[Model]
public partial class CrossModel([MuWidth(32)] int width, [MuDepth(2)] int layers, int headDim = 8, [InitStd] double sigma = 0.02)
{
    public Linear             In     { get; } = new(3, width);
    public TwoStreams         Two    { get; } = new(width);
    public CrossAttention     First  { get; } = new(width, headDim);
    public Repeat<CrossBlock> Blocks { get; } = new(layers, () => new(width, headDim));
    public Linear             Head   { get; } = new(width, 2);

    [Flow] Tensor Flow([Shape("B", "T", 3)] Tensor x)
    {
        var (a, memory) = Two.call(x | In);
        var (small, _) = Halves(memory);
        a = First.call(a, memory);
        return Blocks.call(a, memory) * Spread(small) | Head;
    }

    [Op("... d -> ... d/2, ... d/2")]
    static (Tensor, Tensor) Halves(Tensor x) { var parts = x.chunk(2, -1); return (parts[0], parts[1]); }

    [Op("... width/2 -> ... width")]
    static Tensor Spread(Tensor x) => torch.cat([x, -x], -1);
}

[Block]
public partial class TwoStreams([MuWidth] int width)
{
    public Linear Left  { get; } = new(width, width);
    public Linear Right { get; } = new(width, width);

    [Flow] (Tensor, Tensor) Flow(Tensor x) => (x | Left, x | Right | Tanh);
}

/// <summary>A block in a block.</summary>
[Block]
public partial class CrossBlock([MuWidth] int width, int headDim)
{
    public RmsNorm        Norm { get; } = new(width);
    public CrossAttention Attn { get; } = new(width, headDim);

    [Flow] Tensor Flow(Tensor x, Tensor memory) => x + Attn.call(x | Norm, memory);
}

[Block]
public partial class CrossAttention([MuWidth] int width, int headDim)
{
    public Linear Q { get; } = new(width, width);
    public Linear K { get; } = new(width, width);
    public Linear V { get; } = new(width, width);

    [Flow] Tensor Flow(Tensor x, Tensor memory)
    {
        var k = (memory | K).Heads(headDim);
        var v = (memory | V).Heads(headDim);
        return Attention((x | Q).Heads(headDim), k, v, causal: false).Merge();
    }
}
