namespace SuParDsl.Tests.Models;

/// <summary>One hidden layer used twice.</summary>
[Model]
public partial class Shared([MuWidth(16)] int width, [Density] double density = 1.0, Rule rule = Rule.SuPar)
{
    public Linear In   { get; } = new(4, width);
    [Sparse(nameof(density))]
    public Linear Same { get; } = new(width, width, bias: false);
    public Linear Head { get; } = new(width, 3);

    [Flow] Tensor Flow([Shape("B", 4)] Tensor x) => x | In | Relu | Same | Relu | Same | Head;
}
