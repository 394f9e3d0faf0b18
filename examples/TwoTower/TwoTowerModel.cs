namespace Recommender;

/// <summary>
/// Two towers: one for users, known by their id, and one for items, known by their id and their features. The score of a pair is
/// a weighted sum over the products of the towers' outputs.
/// </summary>
[Model]
public partial class TwoTower(
    [MuWidth(64)] int width, int users = 200, int items = 100, int features = 8, [Density] double density = 1.0,
    [InitStd] double sigma = 0.02, Rule rule = Rule.SuPar)
{
    public Embedding User     { get; } = new(users, width);
    public Embedding Item     { get; } = new(items, width);
    public Linear    Features { get; } = new(features, width);
    public Tower     Left     { get; } = new(width, density);
    public Tower     Right    { get; } = new(width, density);
    public Linear    Score    { get; } = new(width, 1);

    [Flow] Tensor Flow([Shape("B")] Tensor user, [Shape("B")] Tensor item, [Shape("B", nameof(features))] Tensor about)
    {
        var right = (item | Item) + (about | Features);
        return (user | User | Left) * (right | Right) | Score;
    }
}

/// <summary>A residual feed-forward block with two sparse layers.</summary>
[Block]
public partial class Tower([MuWidth] int width, [Density] double density)
{
    public LayerNorm Norm { get; } = new(width);

    [Sparse(nameof(density))]
    public Linear    Up   { get; } = new(width, 2 * width);

    [Sparse(nameof(density))]
    public Linear    Down { get; } = new(2 * width, width);

    [Flow] Tensor Flow(Tensor x) => x + (x | Norm | Up | Gelu | Down);
}
