// A siamese model runs both tensors through the same layers on purpose.
#pragma warning disable SUP122

using static TorchSharp.torch;
using static SuParDsl.Tests.Architectures.ByHand;

namespace SuParDsl.Tests.Architectures;

[Model]
public partial class WideAndDeep([MuWidth(16)] int width, int items = 9, int features = 5, int crossed = 7,
                                 Rule rule = Rule.Standard)
{
    public Embedding Item { get; } = new(items, width);
    public Linear    Real { get; } = new(features, width);
    public Linear    Deep { get; } = new(2 * width, width);
    public Linear    Head { get; } = new(width, 1);
    public Linear    Wide { get; } = new(crossed, 1, bias: false);

    [Flow] Tensor Flow(
        [Shape("B")] Tensor item, [Shape("B", nameof(features))] Tensor real, [Shape("B", nameof(crossed))] Tensor wide) =>
        (Cat(item | Item, real | Real) | Relu | Deep | Relu | Head) + (wide | Wide);
}

[Model]
public partial class TwoTowers([MuWidth(16)] int width, int users = 9, int features = 5, int shared = 4,
                               Rule rule = Rule.Standard)
{
    public Embedding User  { get; } = new(users, width);
    public Linear    Left  { get; } = new(width, shared);
    public Linear    Item  { get; } = new(features, width);
    public Linear    Right { get; } = new(width, shared);

    [Flow] Tensor Flow([Shape("B")] Tensor user, [Shape("B", nameof(features))] Tensor item) =>
        ((user | User | Relu | Left) * (item | Item | Relu | Right)).Sum(-1);
}

[Model]
public partial class SiameseNet([MuWidth(16)] int width, int features = 5, int shared = 4, Rule rule = Rule.Standard)
{
    public Linear In   { get; } = new(features, width);
    public Linear Out  { get; } = new(width, shared);
    public Linear Same { get; } = new(shared, 1);

    [Flow] Tensor Flow([Shape("B", nameof(features))] Tensor first, [Shape("B", nameof(features))] Tensor second) =>
        ((first | In | Relu | Out | Sigmoid) - (second | In | Relu | Out | Sigmoid)) | Abs | Same | Sigmoid;
}

[Model]
public partial class Dlrm([MuWidth(16)] int width, int users = 9, int items = 8, int features = 5, int shared = 4,
                          Rule rule = Rule.Standard)
{
    public Linear    Real { get; } = new(features, width);
    public Linear    Low  { get; } = new(width, shared);
    public Embedding User { get; } = new(users, shared);
    public Embedding Item { get; } = new(items, shared);
    public Linear    Top  { get; } = new(shared + 3, width);
    public Linear    Head { get; } = new(width, 1);

    [Flow] Tensor Flow([Shape("B", nameof(features))] Tensor real, [Shape("B")] Tensor user, [Shape("B")] Tensor item)
    {
        var low = real | Real | Relu | Low | Relu;
        var u = user | User;
        var v = item | Item;
        return Cat(low, Dot(low, u), Dot(low, v), Dot(u, v)) | Top | Relu | Head;
    }

    [Op("B d, B d -> B 1")]
    static Tensor Dot(Tensor a, Tensor b) => (a * b).sum(-1, keepdim: true);
}

[Model]
public partial class DeepAndCross([MuWidth(16)] int width, int features = 5, Rule rule = Rule.Standard)
{
    public Linear In     { get; } = new(features, width);
    public Linear Cross1 { get; } = new(width, width);
    public Linear Cross2 { get; } = new(width, width);
    public Linear Deep   { get; } = new(width, width);
    public Linear Head   { get; } = new(2 * width, 1);

    [Flow] Tensor Flow(Tensor features)
    {
        var first = features | In;
        var x = first * (first | Cross1) + first;
        x = first * (x | Cross2) + x;
        return Cat(x, first | Deep | Relu) | Head;
    }
}

[Model]
public partial class NeuralFiltering([MuWidth(16)] int width, int users = 9, int items = 8, Rule rule = Rule.Standard)
{
    public Embedding User1 { get; } = new(users, width);
    public Embedding Item1 { get; } = new(items, width);
    public Embedding User2 { get; } = new(users, width);
    public Embedding Item2 { get; } = new(items, width);
    public Linear    Up    { get; } = new(2 * width, width);
    public Linear    Head  { get; } = new(2 * width, 1);

    [Flow] Tensor Flow([Shape("B")] Tensor user, [Shape("B")] Tensor item) =>
        Cat((user | User1) * (item | Item1), Cat(user | User2, item | Item2) | Up | Relu) | Head | Sigmoid;
}

/// <summary>Models that score pairs and rows of features.</summary>
internal static class Recommenders
{
    public static IReadOnlyList<Architecture> All { get; } =
    [
        new("Wide & Deep", ArXiv("1606.07792"), "three tensors in, `Cat`, a sum of two readouts",
            [typeof(WideAndDeep)], () =>
            {
                var model = Drawn(new WideAndDeep(WideAndDeep.Base, seed: 1));
                var (item, real, wide) = (Ids(1, 9, 4), Reals(2, 4, 5), Reals(3, 4, 7));
                var deep = Relu(Map(model.Deep, Relu(cat([model.Item.weight[item], Map(model.Real, real)], -1))));
                return new(model, [model.call(item, real, wide)], [Map(model.Head, deep) + Map(model.Wide, wide)]);
            }),
        new("Two towers", "[Covington et al. 2016](https://doi.org/10.1145/2959100.2959190)",
            "two tensors in, a dot product by `Sum`",
            [typeof(TwoTowers)], () =>
            {
                var model = Drawn(new TwoTowers(TwoTowers.Base, seed: 1));
                var (user, item) = (Ids(1, 9, 4), Reals(2, 4, 5));
                var left = Map(model.Left, Relu(model.User.weight[user]));
                var right = Map(model.Right, Relu(Map(model.Item, item)));
                return new(model, [model.call(user, item)], [einsum("bd,bd->b", left, right)]);
            }),
        new("Siamese network", "[Koch et al. 2015](https://www.cs.cmu.edu/~rsalakhu/papers/oneshot1.pdf)",
            "layers used twice, `Abs`",
            [typeof(SiameseNet)], () =>
            {
                var model = Drawn(new SiameseNet(SiameseNet.Base, seed: 1));
                var (first, second) = (Reals(1, 4, 5), Reals(2, 4, 5));
                var distance = (Embed(first) - Embed(second)).abs();
                return new(model, [model.call(first, second)], [Map(model.Same, distance).sigmoid()]);

                Tensor Embed(Tensor x) => Map(model.Out, Relu(Map(model.In, x))).sigmoid();
            }),
        new("DLRM", ArXiv("1906.00091"), "dot interactions by an `[Op]`, `Cat` of four", [typeof(Dlrm)], () =>
        {
            var model = Drawn(new Dlrm(Dlrm.Base, seed: 1));
            var (real, user, item) = (Reals(1, 4, 5), Ids(2, 9, 4), Ids(3, 8, 4));
            var low = Relu(Map(model.Low, Relu(Map(model.Real, real))));
            var all = stack([low, model.User.weight[user], model.Item.weight[item]], 1);
            var dots = all.matmul(all.transpose(1, 2)).flatten(1);
            var joined = cat([low, dots.slice(1, 1, 3, 1), dots.slice(1, 5, 6, 1)], 1);
            return new(model, [model.call(real, user, item)], [Map(model.Head, Relu(Map(model.Top, joined)))]);
        }),
        new("DCN V2", ArXiv("2008.13535"), "products of tensors, residual adds", [typeof(DeepAndCross)], () =>
        {
            var model = Drawn(new DeepAndCross(DeepAndCross.Base, seed: 1));
            var features = Reals(1, 4, 5);
            var first = Map(model.In, features);
            var x = first * Map(model.Cross1, first) + first;
            x = first * Map(model.Cross2, x) + x;
            return new(model, [model.call(features)], [Map(model.Head, cat([x, Relu(Map(model.Deep, first))], 1))]);
        }),
        new("Neural collaborative filtering", ArXiv("1708.05031"), "four tables, two ways of joining them",
            [typeof(NeuralFiltering)], () =>
            {
                var model = Drawn(new NeuralFiltering(NeuralFiltering.Base, seed: 1));
                var (user, item) = (Ids(1, 9, 4), Ids(2, 8, 4));
                var product = model.User1.weight[user] * model.Item1.weight[item];
                var deep = Relu(Map(model.Up, cat([model.User2.weight[user], model.Item2.weight[item]], 1)));
                return new(model, [model.call(user, item)], [Map(model.Head, cat([product, deep], 1)).sigmoid()]);
            }),
    ];

    private static Tensor Relu(Tensor x) => nn.functional.relu(x);
}
