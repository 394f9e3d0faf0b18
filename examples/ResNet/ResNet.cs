namespace Digits;

/// <summary>A residual network of three stages. Each after the first halves the resolution and doubles the channels.</summary>
[Model]
public partial class ResNet([MuWidth(64)] int width, [Density] double density = 1.0, int channels = 1, int classes = 10)
{
    public Conv2d      Stem { get; } = new(channels, width, kernel: 3, padding: 1);
    public BatchNorm2d Bn   { get; } = new(width);
    public BasicBlock  S1   { get; } = new(width,     width,     1, density);
    public BasicBlock  S2   { get; } = new(width,     2 * width, 2, density);
    public BasicBlock  S3   { get; } = new(2 * width, 4 * width, 2, density);
    public Linear      Head { get; } = new(4 * width, classes);

    [Flow] Tensor Flow([Shape("B", nameof(channels), "H", "W")] Tensor x)
        => (x | Stem | Bn | Relu | S1 | S2 | S3).Pool() | Head;
}

/// <summary>Two convolutions and a skip connection with a third one that matches its shape to their output.</summary>
[Block, Sparse(nameof(density))]
public partial class BasicBlock([MuWidth] int input, [MuWidth] int output, int stride, [Density] double density)
{
    public Conv2d      Conv1  { get; } = new(input, output, kernel: 3, stride: stride, padding: 1, bias: false);
    public BatchNorm2d Norm1  { get; } = new(output);
    public Conv2d      Conv2  { get; } = new(output, output, kernel: 3, padding: 1, bias: false);
    public BatchNorm2d Norm2  { get; } = new(output);
    public Conv2d      Skip   { get; } = new(input, output, kernel: 1, stride: stride, bias: false);
    public BatchNorm2d NormS  { get; } = new(output);

    [Flow] Tensor Flow(Tensor x)
    {
        var main = x | Conv1 | Norm1 | Relu | Conv2 | Norm2;
        return (main + (x | Skip | NormS)) | Relu;
    }
}
