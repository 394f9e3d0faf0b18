namespace SuParDsl.Tests.Models;

/// <summary>A hidden convolution and hidden matrices that are tall, wide and square.</summary>
[Model]
public partial class MuonNet([MuWidth(4)] int width)
{
    public Conv2d Stem   { get; } = new(3, width, kernel: 1);
    public Conv2d Conv   { get; } = new(width, 2 * width, kernel: 3, padding: 1);
    public Linear Down   { get; } = new(2 * width, width);
    public Linear Square { get; } = new(width, width);
    public Linear Up     { get; } = new(width, 2 * width);
    public Linear Head   { get; } = new(2 * width, 3);

    [Flow] Tensor Flow([Shape("B", 3, "H", "W")] Tensor x) => (x | Stem | Conv).Pool() | Down | Square | Up | Head;
}
