namespace SuParDsl.Peers.Tests.Models;

/// <summary>mup's example of an MLP. Its hidden matrix can be sparse.</summary>
[Model]
public partial class PeerMlp(
    [MuWidth(256)] int width, [Density] double density = 1.0, [InitStd] double sigma = 1.0, Rule rule = Rule.SuPar)
{
    public Linear Enter  { get; } = new(784, width);

    [Sparse(nameof(density))]
    public Linear Hidden { get; } = new(width, width);
    public Linear Head   { get; } = new(width, 10);

    [Flow] Tensor Flow(Tensor x) => x | Enter | Relu | Hidden | Relu | Head;
}
