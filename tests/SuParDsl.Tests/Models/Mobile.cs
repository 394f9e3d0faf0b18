namespace SuParDsl.Tests.Models;

/// <summary>Depthwise kernels, a low-rank pair, and every layer that changes the size of an image.</summary>
[Model]
public partial class Mobile([MuWidth(16)] int width, int classes = 10)
{
    private const int Rank = 8;

    public Conv2d          Stem      { get; } = new(3, width, kernel: 1);
    public Conv2d          Depthwise { get; } = new(width, width, kernel: 3, padding: 1, groups: width);
    public Conv2d          Pointwise { get; } = new(width, width, kernel: 1);
    public MaxPool2d       Halve     { get; } = new(2);
    public AvgPool2d       Smooth    { get; } = new(3, stride: 1, padding: 1);
    public Upsample2d      Double    { get; } = new(2);
    public ConvTranspose2d Grow      { get; } = new(width, width, kernel: 2, stride: 2);
    public Linear          Down      { get; } = new(width, Rank, bias: false);
    public Linear          Up        { get; } = new(Rank, width, bias: false);
    public Linear          Head      { get; } = new(width, classes);

    [Flow] Tensor Flow([Shape("B", 3, 12, 12)] Tensor x)
    {
        x = x | Stem | Depthwise | Pointwise;
        x = x + (x | Halve | Smooth | Double) + (x | Halve | Grow);
        return x.Pool() | Down | Up | Head;
    }
}
