using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Optimizers;

/// <summary>
/// Lion (Chen et al., arXiv 2302.06675): w ← w − η·(sign(β₁·m + (1−β₁)·g) + λ·w), then m ← β₂·m + (1−β₂)·g. A masked
/// weight's gradient and moment are zero, and so is its sign.
/// </summary>
internal sealed class LionBackend : OptimizerBackend
{
    private readonly Scalar beta1, gain1, beta2, gain2;
    private readonly (Parameter[] Parameters, Tensor[] Moments, double Decay)[] groups;
    private readonly double[] rates;

    public LionBackend(IReadOnlyList<(Parameter[] Parameters, double Decay)> groups, double beta1, double beta2)
    {
        (this.beta1, gain1, this.beta2, gain2) =
            (beta1.ToScalar(), (1 - beta1).ToScalar(), beta2.ToScalar(), (1 - beta2).ToScalar());
        rates = new double[groups.Count];
        this.groups =
        [
            .. groups.Select(static group => (
                group.Parameters,
                group.Parameters.Select(static p => zeros_like(p).DetachFromDisposeScope()).ToArray(),
                group.Decay)),
        ];
    }

    public override IReadOnlyList<TensorState> States =>
        [.. groups.SelectMany(static group => group.Moments).Select(static moment => TensorState.Of(moment))];

    public override void SetRate(int group, double rate) => rates[group] = rate;

    public override void Step()
    {
        using var frozen = no_grad();
        foreach (var ((parameters, moments, decay), rate) in groups.Zip(rates))
        {
            using var kept = (1 - (rate * decay)).ToScalar();
            using var step = (-rate).ToScalar();
            foreach (var (parameter, moment) in parameters.Zip(moments))
            {
                using var scope = NewDisposeScope();
                if (parameter.grad is not { } gradient)
                {
                    continue;
                }

                var direction = moment.mul(beta1).add_(gradient, gain1).sign_();
                parameter.mul_(kept).add_(direction, step);
                moment.mul_(beta2).add_(gradient, gain2);
            }
        }
    }

    public override void Dispose()
    {
        foreach (var moment in groups.SelectMany(static group => group.Moments))
        {
            moment.Dispose();
        }

        foreach (var number in (Scalar[])[beta1, gain1, beta2, gain2])
        {
            number.Dispose();
        }
    }
}
