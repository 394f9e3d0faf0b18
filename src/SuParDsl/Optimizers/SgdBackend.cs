using SuParDsl.Engine;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Optimizers;

/// <summary>
/// SGD with the same operations as PyTorch, in the same order: g ← g + λ·w; m ← g in the first step and
/// m ← μ·m + (1 − dampening)·g afterwards; w ← w − η·m, or w ← w − η·(g + μ·m) with Nesterov's momentum.
/// </summary>
/// <remarks>TorchSharp's own SGD passes numbers that the garbage collector may free while libtorch reads them.</remarks>
internal sealed class SgdBackend : OptimizerBackend
{
    private readonly bool hasMomentum, nesterov;
    private readonly Scalar momentum, gain;
    private readonly (Velocity[] Tensors, double Decay)[] groups;
    private readonly double[] rates;

    /// <param name="groups">The tensors, with each group's decay λ.</param>
    /// <param name="momentum">The momentum μ, 0 for none.</param>
    /// <param name="dampening">The dampening: the gradient enters the momentum times (1 − dampening).</param>
    /// <param name="nesterov">Whether the momentum is Nesterov's.</param>
    public SgdBackend(
        IReadOnlyList<(Parameter[] Parameters, double Decay)> groups, double momentum, double dampening, bool nesterov)
    {
        (hasMomentum, this.nesterov) = (momentum != 0, nesterov);
        (this.momentum, gain) = (momentum.ToScalar(), (1 - dampening).ToScalar());
        rates = new double[groups.Count];
        this.groups =
        [
            .. groups.Select(
                static group => (group.Parameters.Select(static parameter => new Velocity(parameter)).ToArray(), group.Decay)),
        ];
    }

    public override IReadOnlyList<TensorState> States =>
        [.. groups.SelectMany(static group => group.Tensors).Select(static tensor => tensor.State)];

    public override void SetRate(int group, double rate) => rates[group] = rate;

    public override void Step()
    {
        using var frozen = no_grad();
        foreach (var ((tensors, decay), rate) in groups.Zip(rates))
        {
            using var shrinkage = decay.ToScalar();
            using var step = (-rate).ToScalar();
            foreach (var tensor in tensors)
            {
                using var scope = NewDisposeScope();
                if (tensor.Weight.grad is { } gradient)
                {
                    tensor.Weight.add_(Direction(tensor, decay == 0 ? gradient : gradient.add(tensor.Weight, shrinkage)), step);
                }
            }
        }
    }

    public override void Dispose()
    {
        foreach (var tensor in groups.SelectMany(static group => group.Tensors))
        {
            tensor.Buffer?.Dispose();
        }

        momentum.Dispose();
        gain.Dispose();
    }

    private Tensor Direction(Velocity tensor, Tensor gradient)
    {
        if (!hasMomentum)
        {
            return gradient;
        }

        if (tensor.Buffer is { } buffer)
        {
            buffer.mul_(momentum).add_(gradient, gain);
        }
        else
        {
            tensor.Buffer = gradient.clone().DetachFromDisposeScope();
        }

        return nesterov ? gradient.add(tensor.Buffer!, momentum) : tensor.Buffer!;
    }

    private sealed class Velocity(Parameter weight)
    {
        public Parameter Weight => weight;

        /// <summary>The momentum; null before the first step.</summary>
        public Tensor? Buffer { get; set; }

        public TensorState State => new(
            () => Buffer is null ? 0 : 1, Restart, static steps => (int)Math.Min(steps, 1),
            () => Buffer is { } buffer ? [buffer] : []);

        private void Restart(long steps)
        {
            Buffer?.Dispose();
            Buffer = steps == 0 ? null : zeros_like(Weight).DetachFromDisposeScope();
        }
    }
}
