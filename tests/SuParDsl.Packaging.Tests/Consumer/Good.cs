using static TorchSharp.torch;

manual_seed(1);
using var mlp = new Mlp(Mlp.Base with { Width = 96, Density = 0.5 }, seed: 1);
using var optimizer = mlp.AdamW(lr: 0.01);
var x = randn(32, 2);
for (var step = 1; step <= 3; step++)
{
    optimizer.zero_grad();
    var loss = nn.functional.mse_loss(mlp.call(x), x);
    loss.Backward();
    optimizer.step();
    Console.WriteLine(FormattableString.Invariant($"loss {loss.ToDouble():F6}"));
}

[Model]
public partial class Mlp([MuWidth(64)] int width, [Density] double density = 1.0)
{
    public Linear In { get; } = new(2, width);

    [Sparse(nameof(density))]
    public Linear Mid { get; } = new(width, width);

    public Linear Out { get; } = new(width, 2);

    [Flow] Tensor Flow(Tensor x) => x | In | Relu | Mid | Relu | Out;
}
