namespace Digits;

/// <summary>
/// A vision transformer: patches are tokens, positions are learned, and the readout takes the mean of all tokens.
/// </summary>
[Model]
public partial class Vit([MuWidth(192)] int width, [MuDepth(6)] int layers, int headDim = 64,
                         int image = 28, int patch = 4, int channels = 1, int classes = 10, [Density] double density = 1.0)
{
    public Conv2d           Patch  { get; } = new(channels, width, kernel: patch, stride: patch);
    public Weight           Pos    { get; } = new((image / patch) * (image / patch), width);
    public Repeat<VitBlock> Blocks { get; } = new(layers, () => new(width, headDim, density));
    public LayerNorm        Norm   { get; } = new(width);
    public Linear           Head   { get; } = new(width, classes);

    [Flow] Tensor Flow([Shape("B", nameof(channels), nameof(image), nameof(image))] Tensor x)
        => (((x | Patch).Tokens() + Pos) | Blocks | Norm).Pool() | Head;
}

/// <summary>Attention and a feed-forward layer in parallel, both added to the residual stream.</summary>
[Block, Sparse(nameof(density))]
public partial class VitBlock([MuWidth] int width, int headDim, [Density] double density)
{
    public LayerNorm Norm { get; } = new(width);
    public Linear    Qkv  { get; } = new(width, 3 * width);
    public Linear    Out  { get; } = new(width, width);
    public Linear    Up   { get; } = new(width, 4 * width);
    public Linear    Down { get; } = new(4 * width, width);

    [Flow] Tensor Flow(Tensor x)
    {
        var h = x | Norm;
        var (q, k, v) = (h | Qkv).Split(3);
        var mixed = Attention(q.Heads(headDim), k.Heads(headDim), v.Heads(headDim), causal: false).Merge();
        return x + (mixed | Out) + (h | Up | Gelu | Down);
    }
}
