using SuParDsl.Engine;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Optimizers;

/// <summary>
/// Adam (arXiv 1412.6980), or AdamW (arXiv 1711.05101) if the decay is decoupled, with the same operations as PyTorch in the same
/// order: m ← β₁·m + (1−β₁)·g, v ← β₂·v + (1−β₂)·g², w ← w − η·m̂/(√v̂ + ε). Each tensor counts the steps in which it has a
/// gradient.
/// </summary>
/// <remarks>TorchSharp's own Adam and AdamW pass numbers that the garbage collector may free while libtorch reads them.</remarks>
internal sealed class AdamBackend : OptimizerBackend
{
    private readonly (double Beta1, double Beta2) betas;
    private readonly bool decoupled;
    private readonly Scalar beta1, gain1, beta2, gain2;
    private readonly (Moments[] Moments, double Decay, Scalar Epsilon)[] groups;
    private readonly double[] rates;

    /// <param name="groups">The tensors, with each group's decay λ and ε.</param>
    /// <param name="beta1">β₁.</param>
    /// <param name="beta2">β₂.</param>
    /// <param name="decoupled">Whether it is AdamW.</param>
    public AdamBackend(
        IReadOnlyList<(Parameter[] Parameters, double Decay, double Epsilon)> groups, double beta1, double beta2, bool decoupled)
    {
        (betas, this.decoupled) = ((beta1, beta2), decoupled);
        (this.beta1, gain1, this.beta2, gain2) =
            (beta1.ToScalar(), (1 - beta1).ToScalar(), beta2.ToScalar(), (1 - beta2).ToScalar());
        rates = new double[groups.Count];
        this.groups = [.. groups.Select(static group => (
            group.Parameters.Select(static parameter => new Moments(parameter)).ToArray(), group.Decay,
            group.Epsilon.ToScalar()))];
    }

    public override IReadOnlyList<TensorState> States =>
    [
        .. groups.SelectMany(static group => group.Moments).Select(static tensor =>
            new TensorState(
                () => tensor.Steps, steps => tensor.Steps = steps, static _ => 2, () => [tensor.Mean, tensor.Square])),
    ];

    public override void SetRate(int group, double rate) => rates[group] = rate;

    public override void Step()
    {
        using var frozen = no_grad();
        foreach (var ((tensors, decay, epsilon), rate) in groups.Zip(rates))
        {
            using var shrinkage = (decoupled ? 1 - (rate * decay) : decay).ToScalar();
            foreach (var tensor in tensors)
            {
                using var scope = NewDisposeScope();
                if (tensor.Weight.grad is { } gradient)
                {
                    Step(
                        tensor, decoupled || decay == 0 ? gradient : gradient.add(tensor.Weight, shrinkage), shrinkage,
                        epsilon, rate);
                }
            }
        }
    }

    public override void Dispose()
    {
        foreach (var (tensors, _, epsilon) in groups)
        {
            epsilon.Dispose();
            foreach (var tensor in tensors)
            {
                tensor.Mean.Dispose();
                tensor.Square.Dispose();
            }
        }

        foreach (var number in (Scalar[])[beta1, gain1, beta2, gain2])
        {
            number.Dispose();
        }
    }

    private void Step(Moments tensor, Tensor gradient, Scalar shrinkage, Scalar epsilon, double rate)
    {
        tensor.Steps++;
        using var correction = Math.Sqrt(1 - Math.Pow(betas.Beta2, tensor.Steps)).ToScalar();
        using var step = (-(rate / (1 - Math.Pow(betas.Beta1, tensor.Steps)))).ToScalar();
        if (decoupled)
        {
            tensor.Weight.mul_(shrinkage);
        }

        tensor.Mean.mul_(beta1).add_(gradient, gain1);
        tensor.Square.mul_(beta2).addcmul_(gradient, gradient, gain2);
        tensor.Weight.addcdiv_(tensor.Mean, tensor.Square.sqrt().div(correction).add_(epsilon, Scalars.One), step);
    }

    private sealed class Moments(Parameter weight)
    {
        public Parameter Weight => weight;

        public long Steps { get; set; }

        public Tensor Mean { get; } = zeros_like(weight).DetachFromDisposeScope();

        public Tensor Square { get; } = zeros_like(weight).DetachFromDisposeScope();
    }
}
