namespace SuParDsl.Peers.Tests.ComingFrom;

/// <summary>A net with one density for all layers, which is distributed as in RigL's code.</summary>
[Model, Sparse(nameof(density), Distribution = Distribution.ErdosRenyiAll, Method = SparsityMethod.RigL)]
public partial class SparseEverywhere([MuWidth(16)] int width, [Density] double density = 1.0, Rule rule = Rule.Measured)
{
    public Linear Enter { get; } = new(8, width);
    public Linear Deep  { get; } = new(width, width);
    public Linear Head  { get; } = new(width, 8);

    [Flow] Tensor Flow(Tensor x) => x | Enter | Relu | Deep | Relu | Head;
}
