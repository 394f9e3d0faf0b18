using static TorchSharp.torch;

namespace SuParDsl.Tests.Models;

/// <summary>Blocks that differ by their index: a window in every second one, and a density for each.</summary>
[Model]
public partial class IndexedGpt([MuWidth(32)] int width, double[] densities, int vocab = 11, int headDim = 8)
{
    public Embedding            Tok    { get; } = new(vocab, width);
    public Repeat<IndexedBlock> Blocks { get; } =
        new(3, block => new(width, headDim, isLocal: block % 2 == 1, density: densities[block]));

    [Flow] Tensor Flow(Tensor ids) => ids | Tok | Blocks | Tok.Unembed;
}

[Block]
public partial class IndexedBlock([MuWidth] int width, int headDim, bool isLocal, [Density] double density)
{
    [Sparse(nameof(density))]
    public Linear Qkv { get; } = new(width, 3 * width);

    public bool IsLocal => isLocal;

    [Flow] Tensor Flow(Tensor x)
    {
        var (q, k, v) = (x | Qkv).Split(3);
        return x + Attention(
            q.Heads(headDim), k.Heads(headDim), v.Heads(headDim), causal: true, window: isLocal ? 2 : null).Merge();
    }
}
