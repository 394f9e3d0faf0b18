// Masks that move: by the class's method, by a layer's own, not at all, and inside a block.
namespace Examples.MovingMasks;

/// <summary>A model whose rule follows the measured q of its masks.</summary>
[Model, Sparse(nameof(rho), Method = SparsityMethod.RigL)]
public partial class Evolving([MuWidth(64)] int width, int classes, [Density] double rho = 1.0, Rule rule = Rule.Measured)
{
    public Linear Enter { get; } = new(28, width);

    public Linear Covered { get; } = new(width, width);

    [Sparse(nameof(rho), Mask = Mask.Bernoulli, Method = SparsityMethod.Set)]
    public Linear Own { get; } = new(width, width);

    [Sparse(nameof(rho))]
    public Linear Still { get; } = new(width, width);

    public Feed Inside { get; } = new(width, rho);

    [Sparse(0.25, Distribution = Distribution.ErdosRenyi, Method = SparsityMethod.RigL)]
    public Repeat<Plain> Plains { get; } = new(2, () => new(width));

    public Linear Head { get; } = new(width, classes);

    [Flow] Tensor Flow(Tensor x) => x | Enter | Relu | Covered | Relu | Own | Relu | Still | Inside | Plains | Head;
}

/// <summary>A block with its own sparsity method.</summary>
[Block, Sparse(nameof(density), Method = SparsityMethod.Set)]
public partial class Feed([MuWidth] int width, [Density] double density)
{
    public Linear Up { get; } = new(width, 4 * width, bias: false);

    public Linear Down { get; } = new(4 * width, width, bias: false);

    [Flow] Tensor Flow(Tensor x) => x + (x | Up | Gelu | Down);
}

/// <summary>A block that inherits the sparsity method.</summary>
[Block]
public partial class Plain([MuWidth] int width)
{
    public Linear Map { get; } = new(width, width);

    [Flow] Tensor Flow(Tensor x) => x | Map | Relu;
}
