namespace SuParDsl.Peers.Tests.Models;

/// <summary>Convolutions with batch norms, whose channels are widths, and a hidden matrix.</summary>
[Model]
public partial class PeerCnn([MuWidth(8)] int width, [InitStd] double sigma = 1.0, Rule rule = Rule.SuPar)
{
    public Conv2d      Stem  { get; } = new(3, width, kernel: 3);
    public BatchNorm2d NormA { get; } = new(width);
    public Conv2d      Mid   { get; } = new(width, 2 * width, kernel: 3);
    public BatchNorm2d NormB { get; } = new(2 * width);
    public Linear      Late  { get; } = new(2 * width, 4 * width);
    public Linear      Head  { get; } = new(4 * width, 10);

    [Flow]
    Tensor Flow([Shape("B", 3, "H", "W")] Tensor x) => (x | Stem | NormA | Relu | Mid | NormB | Relu).Pool() | Late | Relu | Head;
}
