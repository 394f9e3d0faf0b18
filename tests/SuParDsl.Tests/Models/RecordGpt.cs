namespace SuParDsl.Tests.Models;

/// <summary>The sizes of a <see cref="RecordGpt"/>, with marks as on a model's parameters, and computed sizes.</summary>
public sealed record RecordGptSize(
    [MuWidth(256)] int Width,
    [property: MuDepth(4)] int Layers,
    int Vocab = 50304, int Context = 1024, int HeadDim = 64,
    [Density] double Attn = 1.0, [Density] double Mlp = 1.0,
    [InitStd] double Sigma = 0.02,
    [Multiplier] double AlphaIn = 1.0, [Multiplier] double AlphaOut = 1.0,
    Rule Rule = Rule.SuPar)
{
    /// <summary>The inner width of the feed-forward layers.</summary>
    public int Hidden => 4 * Width;
}

// The model of Gpt.cs, written with a record of sizes.
[Model]
public partial class RecordGpt(RecordGptSize s)
{
    public Embedding           Tok    { get; } = new(s.Vocab, s.Width);
    public Embedding           Pos    { get; } = new(s.Context, s.Width);
    public Repeat<RecordBlock> Blocks { get; } = new(s.Layers, () => new(s));
    public RmsNorm             Final  { get; } = new(s.Width);

    [Flow] Tensor Flow(Tensor ids)
    {
        var x = s.AlphaIn * ((ids | Tok) + (Positions(ids) | Pos));
        return s.AlphaOut * (x | Blocks | Final | Tok.Unembed);
    }
}

[Block]
public partial class RecordBlock(RecordGptSize size)
{
    public RmsNorm         Norm1 { get; } = new(size.Width);
    public RecordAttention Attn  { get; } = new(size);
    public RmsNorm         Norm2 { get; } = new(size.Width);
    public GatedFeed       Mlp   { get; } = new(size.Width, size.Hidden, size.Mlp);    // a block with single sizes

    [Flow] Tensor Flow(Tensor x)
    {
        x = x + (x | Norm1 | Attn);
        return x + (x | Norm2 | Mlp);
    }
}

[Block, Sparse(nameof(s.Attn))]
public partial class RecordAttention(RecordGptSize s)
{
    public Linear Q { get; } = new(s.Width, s.Width);
    public Linear K { get; } = new(s.Width, s.Width);
    public Linear V { get; } = new(s.Width, s.Width);
    public Linear O { get; } = new(s.Width, s.Width);

    [Flow] Tensor Flow(Tensor x)
    {
        var q = (x | Q).Heads(s.HeadDim);
        var k = (x | K).Heads(s.HeadDim);
        var v = (x | V).Heads(s.HeadDim);
        return Attention(q, k, v, causal: true).Merge() | O;
    }
}

[Block, Sparse(nameof(density))]
public partial class GatedFeed([MuWidth] int width, [MuWidth] int hidden, [Density] double density)
{
    public Linear Gate { get; } = new(width, hidden, bias: false);
    public Linear Up   { get; } = new(width, hidden, bias: false);
    public Linear Down { get; } = new(hidden, width, bias: false);

    [Flow] Tensor Flow(Tensor x) => ((x | Gate | Silu) * (x | Up)) | Down;
}

// A model whose record has a size without a default, and whose blocks are given changed and new records.
[Model]
public partial class Towers(TowersSize s)
{
    public Linear In    { get; } = new(s.Inputs, s.Width);
    public Tower  Whole { get; } = new(s, s.Gain);
    public Tower  Half  { get; } = new(s with { Inner = s.Inner / 2, Rho = s.Half }, 1.0);
    public Column Small { get; } = new(new ColumnSize(s.Width, Math.Max(s.Inner, 8)));
    public Linear Head  { get; } = new(s.Width, 3);

    [Flow] Tensor Flow(Tensor x)
    {
        var h = x | In | Relu;
        return ((h | Whole) + (h | Half) + (h | Small)) | Head;
    }
}

public sealed record TowersSize([MuWidth(16)] int Width, int Inputs, [MuWidth(32)] int Inner = 32, [Density] double Rho = 1.0)
{
    public double Half => Rho / 2;

    public double Gain { get => 1 / Math.Sqrt(2.0 * Inner); }

    public int Wide => Inner + Inner;
}

[Block]
public partial class Tower(TowersSize size, double factor)
{
    [Sparse(nameof(size.Rho))] public Linear Up { get; } = new(size.Width, size.Wide);
    [Init(Gain = nameof(factor))] public Linear Down { get; } = new(size.Wide, size.Width);

    [Flow] Tensor Flow(Tensor x) => x | Up | Relu | Down;
}

public sealed record ColumnSize([MuWidth] int Width, [MuWidth] int Inner);

[Block]
public partial class Column(ColumnSize c)
{
    public Linear Up   { get; } = new(c.Width, c.Inner);
    public Linear Down { get; } = new(c.Inner, c.Width);

    [Flow] Tensor Flow(Tensor x) => x | Up | Relu | Down;
}
