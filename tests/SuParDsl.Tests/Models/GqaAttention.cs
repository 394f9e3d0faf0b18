namespace SuParDsl.Tests.Models;

[Block, Sparse(nameof(density))]
public partial class GqaAttention([MuWidth] int width, int headDim, int groups, [Density] double density)
{
    public Linear Q    { get; } = new(width, width,          bias: false);
    public Linear K    { get; } = new(width, width / groups, bias: false);      // still scales with width
    public Linear V    { get; } = new(width, width / groups, bias: false);
    public Linear O    { get; } = new(width, width,          bias: false);
    public Rope   Rope { get; } = new(headDim);

    [Flow] Tensor Flow(Tensor x)
    {
        var q = (x | Q).Heads(headDim) | Rope;
        var k = (x | K).Heads(headDim) | Rope;                // B width/(groups·headDim) T headDim
        var v = (x | V).Heads(headDim);
        return Attention(q, k, v, causal: true).Merge() | O;  // kv heads repeat: proved, not assumed
    }
}

/// <summary>Two attention blocks around the words that join and cut.</summary>
[Model]
public partial class Mixture([MuWidth(64)] int width, int headDim = 8, int groups = 2, int features = 6)
{
    public Linear       In     { get; } = new(features, width);
    public GqaAttention Mix    { get; } = new(width, headDim, groups, 0.5);
    [NoDecay, LrScale(0.5, Because = "the tests look for it")]
    public Linear       Both   { get; } = new(2 * width, width);
    [Init(Zero = true)]
    public Linear       Query  { get; } = new(width, width);
    public Alibi        Slopes { get; } = new(width / headDim);
    [Fan(In = 1, Out = 0)]
    public Weight       Extra  { get; } = new(width, width);
    public Weight       Gain   { get; } = new(width, Init.Ones);
    [Init(Distribution = InitDistribution.Uniform)]
    public Linear       Head   { get; } = new(width, 3);

    [Flow] Tensor Flow([Shape("B", "T", nameof(features))] Tensor x)
    {
        var h = x | In;
        h = h + (h | Mix);
        h = Cat(h, -h) | Both;
        var q = (h | Query).Heads(headDim);
        var (a, b) = (h * Gain).Split(width / 4, width - width / 4);
        h = Attention(q, Cat(b, a).Heads(headDim), h.Heads(headDim), causal: true, position: Slopes).Merge();
        return (h + Extra) | Head;
    }
}
