// The depth of these models is not tuned on a shallower one.
#pragma warning disable SUP318

using static TorchSharp.torch;

namespace SuParDsl.Tests.Models;

/// <summary>Rotary positions and grouped queries.</summary>
[Model]
public partial class RotaryGpt([MuWidth(32)] int width, int layers = 2, int vocab = 11, int headDim = 8, int groups = 2,
                               [Density] double density = 1.0)
{
    public Embedding           Tok    { get; } = new(vocab, width);
    public Repeat<RotaryBlock> Blocks { get; } = new(layers, () => new(width, headDim, groups, density));
    public Linear              Head   { get; } = new(width, vocab, bias: false);

    [Flow] Tensor Flow(Tensor ids) => ids | Tok | Blocks | Head;
}

[Block]
public partial class RotaryBlock([MuWidth] int width, int headDim, int groups, [Density] double density)
{
    public RmsNorm      Norm { get; } = new(width);
    public GqaAttention Attn { get; } = new(width, headDim, groups, density);

    [Flow] Tensor Flow(Tensor x) => x + (x | Norm | Attn);
}

/// <summary>Biases by distance, one block of attention that is called twice, and attention that may not be causal.</summary>
[Model]
public partial class DistanceGpt([MuWidth(32)] int width, int vocab = 11, int headDim = 8, bool causal = true)
{
    public Embedding     Tok   { get; } = new(vocab, width);
    public DistanceBlock Twice { get; } = new(width, headDim, causal);

    [Flow] Tensor Flow(Tensor ids) => Squared(ids | Tok | Twice | Twice) | Tok.Unembed;

    [Op("... d -> ... d", PerPosition = true)]
    private static Tensor Squared(Tensor x) => x.relu().pow(2);
}

[Block]
public partial class DistanceBlock([MuWidth] int width, int headDim, bool causal)
{
    public Linear Qkv    { get; } = new(width, 3 * width);
    public Linear Out    { get; } = new(width, width);
    public Alibi  Slopes { get; } = new(width / headDim);

    [Flow] Tensor Flow(Tensor x)
    {
        var (q, k, v) = (x | Qkv).Split(3);
        return x + (Attention(q.Heads(headDim), k.Heads(headDim), v.Heads(headDim), causal, Slopes).Merge() | Out);
    }
}

/// <summary>A forward by hand that passes the cache on.</summary>
[Model]
public partial class OwnForward([MuWidth(32)] int width, int vocab = 11)
{
    public Embedding Tok { get; } = new(vocab, width);
    public Linear    Qkv { get; } = new(width, 3 * width);

    protected override string? MixesPositions => null;

    public override Tensor forward(Tensor ids)
    {
        using var scope = NewDisposeScope();
        var parts = Qkv.call(Tok.call(ids)).chunk(3, -1);
        var y = Functional.Attention(
            Functional.Heads(parts[0], 8), Functional.Heads(parts[1], 8), Functional.Heads(parts[2], 8), causal: true, scale: 0.3,
            cache: KeyValues);
        return Tok.Unembed.call(Functional.Merge(y)).MoveToOuterDisposeScope();
    }
}

/// <summary>Sliding windows.</summary>
[Model]
public partial class WindowGpt([MuWidth(32)] int width, int vocab = 11, int headDim = 8, int window = 3)
{
    public Embedding Tok  { get; } = new(vocab, width);
    public Linear    Qkv  { get; } = new(width, 3 * width);
    public Dropout   Drop { get; } = new(0.1);
    public Rope      Turn { get; } = new(headDim);

    [Flow] Tensor Flow(Tensor ids)
    {
        var x = ids | Tok;
        var (q, k, v) = (x | Qkv).Split(3);
        var y = Attention(
            q.Heads(headDim) | Turn, k.Heads(headDim) | Turn, v.Heads(headDim), causal: true, window: window, dropout: Drop);
        return (x + y.Merge()) | Tok.Unembed;
    }
}
