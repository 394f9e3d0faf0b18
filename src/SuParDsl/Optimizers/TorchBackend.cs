using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>One of TorchSharp's own optimizers.</summary>
internal sealed class TorchBackend(OptimizerHelper inner, IReadOnlyList<ParamGroup> groups) : OptimizerBackend
{
    // Taken once: later the parameters may be gone, as when another storage replaces them.
    public override IReadOnlyList<TensorState> States { get; } =
        [.. inner.state_dict().State.Zip(groups.SelectMany(static group => group.Parameters), Of)];

    public override void SetRate(int group, double rate) => groups[group].LearningRate = rate;

    public override void Step() => inner.step();

    public override void Dispose() => inner.Dispose();

    private static TensorState Of(OptimizerState state, Parameter weight) => state switch
    {
        AdamW.State adam => new(() => adam.step, steps => adam.step = steps, static _ => 2, () => [adam.exp_avg!, adam.exp_avg_sq!]),
        Adam.State adam => new(() => adam.step, steps => adam.step = steps, static _ => 2, () => [adam.exp_avg!, adam.exp_avg_sq!]),
        SGD.State sgd => OfMomentum(sgd, weight),
        _ => throw new NotSupportedException($"the state of {state.GetType()} cannot be saved"),
    };

    // TorchSharp's SGD has no buffer before its first step: the first gradient becomes the momentum whole.
    private static TensorState OfMomentum(SGD.State sgd, Parameter weight) => new(
        () => sgd.momentum_buffer is null ? 0 : 1,
        steps =>
        {
            sgd.momentum_buffer?.Dispose();
            sgd.momentum_buffer = steps == 0 ? null : zeros_like(weight).DetachFromDisposeScope();
        },
        steps => (int)Math.Min(steps, 1),
        () => sgd.momentum_buffer is { } buffer ? [buffer] : []);
}
