// A siamese model runs both tensors through the same layers on purpose.
#pragma warning disable SUP122

namespace SuParDsl.Tests.Models;

/// <summary>A model of two tensors: ids of users, and the features of items that are scored for them.</summary>
[Model]
public partial class TwoTower(
    [MuWidth(32)] int width, int users = 50, int features = 6, [Density] double density = 1.0, [InitStd] double sigma = 0.02,
    Rule rule = Rule.SuPar)
{
    public Embedding User  { get; } = new(users, width);
    public Linear    Item  { get; } = new(features, width);
    public DeepTower Left  { get; } = new(width, density);
    public DeepTower Right { get; } = new(width, density);
    public Linear    Score { get; } = new(width, 1);

    [Flow] Tensor Flow([Shape("B")] Tensor ids, [Shape("B", nameof(features))] Tensor items) =>
        (ids | User | Left) * (items | Item | Right) | Score;
}

[Block]
public partial class DeepTower([MuWidth] int width, [Density] double density)
{
    public LayerNorm Norm { get; } = new(width);

    [Sparse(nameof(density))]
    public Linear Up { get; } = new(width, width);

    [Flow] Tensor Flow(Tensor x) => x + (x | Norm | Up | Relu);
}

/// <summary>A siamese model: two tensors through the same layers, and a tuple of their vectors.</summary>
[Model]
public partial class Siamese([MuWidth(32)] int width, int features = 6, int size = 4)
{
    public Linear In  { get; } = new(features, width);
    public Linear Out { get; } = new(width, size);

    [Flow] (Tensor, Tensor) Flow([Shape("B", nameof(features))] Tensor first, [Shape("B", nameof(features))] Tensor second) =>
        (first | In | Relu | Out, second | In | Relu | Out);
}

/// <summary>A model of one tensor that returns a tuple, as an image classifier with two heads.</summary>
[Model]
public partial class TwoHeads([MuWidth(32)] int width, int features = 6)
{
    public Linear In   { get; } = new(features, width);
    public Linear Kind { get; } = new(width, 3);
    public Linear Area { get; } = new(width, 1);

    [Flow] (Tensor, Tensor) Flow(Tensor x)
    {
        var h = x | In | Relu;
        return (h | Kind, h | Area);
    }
}

/// <summary>A model of four tensors.</summary>
[Model]
public partial class FourWays([MuWidth(32)] int width)
{
    public Linear A    { get; } = new(2, width);
    public Linear B    { get; } = new(3, width);
    public Linear C    { get; } = new(4, width);
    public Linear D    { get; } = new(5, width);
    public Linear Head { get; } = new(width, 1);

    [Flow] Tensor Flow(Tensor a, Tensor b, Tensor c, Tensor d) =>
        ((a | A) + (b | B) + (c | C) + (d | D)) | Relu | Head;
}

/// <summary>A model that adds two tensors whose axes have other names.</summary>
[Model]
public partial class AddedIds([MuWidth(32)] int width, int vocab = 9)
{
    public Embedding Tok  { get; } = new(vocab, width);
    public Linear    Head { get; } = new(width, 1);

    [Flow] Tensor Flow([Shape("B", "T")] Tensor ids, [Shape("N", "S")] Tensor kinds) => ((ids | Tok) + (kinds | Tok)) | Head;
}

/// <summary>Attention over tensors whose shapes are not stated.</summary>
[Model]
public partial class Retriever([MuWidth(32)] int width, int features = 6, int headDim = 8)
{
    public Linear Query { get; } = new(features, width);
    public Linear Key   { get; } = new(features, width);
    public Linear Value { get; } = new(features, width);
    public Linear Head  { get; } = new(width, 1);

    [Flow] Tensor Flow(Tensor queries, Tensor keys, Tensor values)
    {
        var k = (keys | Key).Heads(headDim);
        var v = (values | Value).Heads(headDim);
        return Attention((queries | Query).Heads(headDim), k, v, causal: false).Merge() | Head;
    }
}

/// <summary>A model of three tensors whose forward is written by hand.</summary>
[Model]
public partial class ThreeByHand([MuWidth(32)] int width)
{
    public Linear In   { get; } = new(2, width);
    public Linear Head { get; } = new(width, 1);

    public override Tensor forward(Tensor first, Tensor second, Tensor third) =>
        Head.call(In.call(first) + In.call(second) + In.call(third));
}
