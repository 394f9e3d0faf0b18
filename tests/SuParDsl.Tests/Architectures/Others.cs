using static TorchSharp.torch;
using static SuParDsl.Tests.Architectures.ByHand;

namespace SuParDsl.Tests.Architectures;

[Model]
public partial class DeepSets([MuWidth(16)] int width, int features = 3, int classes = 4, Rule rule = Rule.Standard)
{
    public Linear In   { get; } = new(features, width);
    public Linear Each { get; } = new(width, width);
    public Linear All  { get; } = new(width, width);
    public Linear Head { get; } = new(width, classes);

    [Flow] Tensor Flow([Shape("B", "N", nameof(features))] Tensor set) =>
        (set | In | Relu | Each | Relu).Sum(1) | All | Relu | Head;
}

[Model]
public partial class Highway([MuWidth(16)] int width, [MuDepth(3)] int layers = 3, int features = 5, int classes = 4,
                             Rule rule = Rule.Standard)
{
    public Linear               In     { get; } = new(features, width);
    public Repeat<HighwayLayer> Layers { get; } = new(layers, () => new(width));
    public Linear               Head   { get; } = new(width, classes);

    [Flow] Tensor Flow(Tensor x) => x | In | Layers | Head;
}

[Block]
public partial class HighwayLayer([MuWidth] int width)
{
    public Linear Change { get; } = new(width, width);
    public Linear Gate   { get; } = new(width, width);

    [Flow] Tensor Flow(Tensor x)
    {
        var gate = x | Gate | Sigmoid;
        return gate * (x | Change | Relu) + (1 - gate) * x;
    }
}

[Model]
public partial class Gcn([MuWidth(16)] int width, int features = 3, int classes = 4, Rule rule = Rule.Standard)
{
    public Linear First  { get; } = new(features, width, bias: false);
    public Linear Second { get; } = new(width, classes, bias: false);

    [Flow] Tensor Flow([Shape("B", "N", nameof(features))] Tensor nodes, [Shape("B", "N", "N")] Tensor edges) =>
        Spread(edges, Spread(edges, nodes | First) | Relu | Second);

    [Op("B N N, B N d -> B N d")]
    static Tensor Spread(Tensor edges, Tensor nodes) => edges.matmul(nodes);
}

[Model]
public partial class GraphTransformer([MuWidth(16)] int width, [MuDepth(2)] int layers = 2, int headDim = 8,
                                      int features = 3, int classes = 4, Rule rule = Rule.Standard)
{
    public Linear             In     { get; } = new(features, width);
    public Repeat<GraphBlock> Blocks { get; } = new(layers, () => new(width, headDim));
    public Linear             Head   { get; } = new(width, classes);

    [Flow] Tensor Flow([Shape("B", "N", nameof(features))] Tensor nodes, [Shape("B", "N", "N")] Tensor edges) =>
        Blocks.call(nodes | In, edges) | Head;
}

[Block]
public partial class GraphBlock([MuWidth] int width, int headDim)
{
    public Linear    Qkv    { get; } = new(width, 3 * width, bias: false);
    public Linear    Out    { get; } = new(width, width);
    public LayerNorm First  { get; } = new(width);
    public Linear    Up     { get; } = new(width, 2 * width);
    public Linear    Down   { get; } = new(2 * width, width);
    public LayerNorm Second { get; } = new(width);

    [Flow] Tensor Flow(Tensor x, [Shape("B", "N", "N")] Tensor edges)
    {
        var (q, k, v) = (x | Qkv).Split(3);
        var mixed = Attention(q.Heads(headDim), k.Heads(headDim), v.Heads(headDim), causal: false, mask: edges).Merge();
        x = (x + (mixed | Out)) | First;
        return (x + (x | Up | Relu | Down)) | Second;
    }
}

[Model]
public partial class NeuralField([MuWidth(16)] int width, int inputs = 6, int views = 4, Rule rule = Rule.Standard)
{
    public Linear In      { get; } = new(inputs, width);
    public Linear Deep    { get; } = new(width, width);
    public Linear Again   { get; } = new(width + inputs, width);
    public Linear Density { get; } = new(width, 1);
    public Linear Side    { get; } = new(width + views, width / 2);
    public Linear Color   { get; } = new(width / 2, 3);

    [Flow] (Tensor, Tensor) Flow([Shape("B", nameof(inputs))] Tensor point, [Shape("B", nameof(views))] Tensor view)
    {
        var h = Cat(point | In | Relu | Deep | Relu, point) | Again | Relu;
        return (Cat(h, view) | Side | Relu | Color | Sigmoid, h | Density | Relu);
    }
}

[Model]
public partial class MultiGate([MuWidth(16)] int width, int features = 5, Rule rule = Rule.Standard)
{
    public Linear One   { get; } = new(features, width);
    public Linear Two   { get; } = new(features, width);
    public Linear Gate1 { get; } = new(features, 1);
    public Linear Gate2 { get; } = new(features, 1);
    public Linear Head1 { get; } = new(width, 1);
    public Linear Head2 { get; } = new(width, 1);

    [Flow] (Tensor, Tensor) Flow([Shape("B", nameof(features))] Tensor x)
    {
        var a = x | One | Relu;
        var b = x | Two | Relu;
        return (Mix(a, b, x | Gate1 | Sigmoid) | Head1, Mix(a, b, x | Gate2 | Sigmoid) | Head2);
    }

    [Op("B d, B d, B 1 -> B d")]
    static Tensor Mix(Tensor a, Tensor b, Tensor gate) => gate * a + (1 - gate) * b;
}

[Model]
public partial class Maxout([MuWidth(16)] int width, int features = 5, int classes = 4, Rule rule = Rule.Standard)
{
    public Linear A    { get; } = new(features, width);
    public Linear B    { get; } = new(features, width);
    public Linear C    { get; } = new(features, width);
    public Linear Head { get; } = new(width, classes);

    [Flow] Tensor Flow(Tensor x) => Maximum(Maximum(x | A, x | B), x | C) | Head;
}

/// <summary>Sets, graphs, fields and networks with gates.</summary>
internal static class Others
{
    public static IReadOnlyList<Architecture> All { get; } =
    [
        new("DeepSets", ArXiv("1703.06114"), "`Sum` over the elements of a set", [typeof(DeepSets)], () =>
        {
            var model = Drawn(new DeepSets(DeepSets.Base, seed: 1));
            var set = Reals(1, 4, 6, 3);
            var sum = Relu(Map(model.Each, Relu(Map(model.In, set)))).sum([1]);
            return new(model, [model.call(set)], [Map(model.Head, Relu(Map(model.All, sum)))]);
        }),
        new("Highway network", ArXiv("1505.00387"), "`1 - gate`, `Repeat`",
            [typeof(Highway), typeof(HighwayLayer)], () =>
            {
                var model = Drawn(new Highway(Highway.Base, seed: 1));
                var x = Reals(1, 4, 5);
                var h = Map(model.In, x);
                foreach (var layer in model.Layers)
                {
                    h = lerp(h, Relu(Map(layer.Change, h)), Map(layer.Gate, h).sigmoid());
                }

                return new(model, [model.call(x)], [Map(model.Head, h)]);
            }),
        new("GCN", ArXiv("1609.02907"), "a graph as a second tensor, its product by an `[Op]`",
            [typeof(Gcn)], () =>
            {
                var model = Drawn(new Gcn(Gcn.Base, seed: 1));
                var (nodes, edges) = (Reals(1, 2, 6, 3), Reals(2, 2, 6, 6).abs());
                var h = Relu(einsum("bnm,bmd->bnd", edges, Map(model.First, nodes)));
                return new(model, [model.call(nodes, edges)], [einsum("bnm,bmd->bnd", edges, Map(model.Second, h))]);
            }),
        new("Graph Transformer", ArXiv("2012.09699"), "`mask:` from the edges of a graph",
            [typeof(GraphTransformer), typeof(GraphBlock)], () =>
            {
                var model = Drawn(new GraphTransformer(GraphTransformer.Base, seed: 1));
                var nodes = Reals(1, 2, 6, 3);
                var edges = (Reals(2, 2, 6, 6) > 0).logical_or(eye(6, dtype: ScalarType.Bool));
                var bias = zeros(2, 1, 6, 6).masked_fill(edges.logical_not().unsqueeze(1), double.NegativeInfinity);
                var x = Map(model.In, nodes);
                foreach (var block in model.Blocks)
                {
                    var qkv = Map(block.Qkv, x).chunk(3, -1);
                    var mixed = Attend(Heads(qkv[0], 8), Heads(qkv[1], 8), Heads(qkv[2], 8), bias);
                    x = Norm(block.First, x + Map(block.Out, mixed));
                    x = Norm(block.Second, x + Map(block.Down, Relu(Map(block.Up, x))));
                }

                return new(model, [model.call(nodes, edges)], [Map(model.Head, x)]);
            }),
        new("NeRF", ArXiv("2003.08934"), "its input again by `Cat`, two tensors in and out",
            [typeof(NeuralField)], () =>
            {
                var model = Drawn(new NeuralField(NeuralField.Base, seed: 1));
                var (point, view) = (Reals(1, 7, 6), Reals(2, 7, 4));
                var h = Relu(Map(model.Deep, Relu(Map(model.In, point))));
                h = Relu(Map(model.Again, cat([h, point], -1)));
                var color = Map(model.Color, Relu(Map(model.Side, cat([h, view], -1)))).sigmoid();
                var (first, second) = model.call(point, view);
                return new(model, [first, second], [color, Relu(Map(model.Density, h))]);
            }),
        new("MMoE", "[Ma et al. 2018](https://doi.org/10.1145/3219819.3220007)",
            "two tasks out, gates by an `[Op]` that stretches an axis of 1",
            [typeof(MultiGate)], () =>
            {
                var model = Drawn(new MultiGate(MultiGate.Base, seed: 1));
                var x = Reals(1, 4, 5);
                var (a, b) = (Relu(Map(model.One, x)), Relu(Map(model.Two, x)));
                var (first, second) = model.call(x);
                return new(model, [first, second], [
                    Map(model.Head1, lerp(b, a, Map(model.Gate1, x).sigmoid())),
                    Map(model.Head2, lerp(b, a, Map(model.Gate2, x).sigmoid()))]);
            }),
        new("Maxout", ArXiv("1302.4389"), "`Maximum`", [typeof(Maxout)], () =>
        {
            var model = Drawn(new Maxout(Maxout.Base, seed: 1));
            var x = Reals(1, 4, 5);
            var largest = stack([Map(model.A, x), Map(model.B, x), Map(model.C, x)]).amax([0]);
            return new(model, [model.call(x)], [Map(model.Head, largest)]);
        }),
    ];

    private static Tensor Relu(Tensor x) => nn.functional.relu(x);
}
