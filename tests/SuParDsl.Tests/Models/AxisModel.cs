namespace SuParDsl.Tests.Models;

/// <summary>A model with every operation on axes, on two tensors and on single elements.</summary>
[Model]
public partial class AxisModel([MuWidth(8)] int width, int tokens = 6, int classes = 3)
{
    public Linear In   { get; } = new(4, width);
    public Linear Mix  { get; } = new(tokens, tokens);
    public Linear Gate { get; } = new(width, width);
    public Linear Fold { get; } = new(2 * width, width);
    public Linear Out  { get; } = new(width, classes);

    [Flow] Tensor Flow([Shape("B", nameof(tokens), 4)] Tensor x)
    {
        var h = x | In;
        h += (h.Transpose(1, 2) | Mix).Transpose(-1, -2);
        var gate = h | Gate | Sigmoid;
        h = gate * h + (1 - gate) * (h | Tanh | Detach);
        h = Maximum(h, h / 2 - 1) + Minimum(h, 0.5 + h);
        h = (h | Abs | Sqrt) / ((h | Exp) + 1) + (h | Softplus | Log) + 2 / ((h | Abs) + 3);
        var pairs = h.Reshape(tokens / 2, 2 * width) | Fold;
        var spread = pairs.Reshape(-1, 3, width).Sum(2);
        return (h.Mean(-2) + spread.Mean(1)) | Out;
    }
}
