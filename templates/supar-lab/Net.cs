namespace SuParLab;

/// <summary>
/// Tells on which of three spirals a point of the plane lies. The learning rate tuned at the base width stays best when
/// the network is wider or sparser.
/// </summary>
[Model]
public partial class Net([MuWidth(128)] int width, int classes = 3, [Density] double density = 1.0,
                         [InitStd] double sigma = 0.1, Rule rule = Rule.SuPar)
{
    public Linear In { get; } = new(2, width);

    [Sparse(nameof(density))]
    public Linear Mid { get; } = new(width, width);

    [Sparse(nameof(density))]
    public Linear Deep { get; } = new(width, width);

    public Linear Out { get; } = new(width, classes);

    [Flow] Tensor Flow(Tensor points) => points | In | Relu | Mid | Relu | Deep | Relu | Out;
}
