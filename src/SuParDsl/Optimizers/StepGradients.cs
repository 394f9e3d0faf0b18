using SuParDsl.Distributed;
using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl.Optimizers;

/// <summary>
/// The gradients of one step: converted to float32, divided by the loss scale and zero where weights are masked; with their norm,
/// and scaled down to a limit.
/// </summary>
/// <param name="weights">The weights that this rank updates.</param>
/// <param name="masters">Their parameters and masks.</param>
/// <param name="fused">The backend if it is fused, which treats masked gradients as zeros itself; otherwise null.</param>
/// <param name="owners">The ranks over which the norm is summed; null for this process alone.</param>
/// <param name="lossScale">The factor on the loss; null if none is used.</param>
internal sealed class StepGradients(
    OptimizedWeight[] weights, OptimizerParameters masters, FusedUpdates? fused, TensorOwners? owners, LossScale? lossScale)
{
    private bool areReady;

    /// <summary>Whether a step may be taken: without a loss scale always, with one if the gradients are finite.</summary>
    public bool AllowStep { get; private set; }

    /// <summary>Drops gradients of frozen tensors that remain from an earlier backward pass: nothing may use them.</summary>
    public void DropFrozen()
    {
        using var scope = NewDisposeScope();
        foreach (var weight in weights)
        {
            if (!weight.Weight.requires_grad)
            {
                weight.Weight.grad = null;
            }

            if (weight.HasMaster && weight.Weight.grad is null)
            {
                weight.Master.grad = null;
            }
        }
    }

    /// <summary>
    /// Once per step, converts gradients to float32, unscales them, and zeroes masked entries if the backend does not.
    /// </summary>
    public void Prepare()
    {
        DropFrozen();
        if (areReady)
        {
            return;
        }

        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        using var unscale = lossScale is null ? null : (1 / lossScale.Value).ToScalar();
        foreach (var weight in weights)
        {
            if (weight.HasMaster)
            {
                weight.Master.grad = weight.Weight.grad?.to_type(ScalarType.Float32);
            }

            if (unscale is not null)
            {
                weight.Master.grad?.mul_(unscale);
            }
        }

        if (fused is null)
        {
            masters.MaskGradients();
        }

        areReady = true;
        AllowStep = lossScale is null || double.IsFinite(Norm());
    }

    /// <summary>Ends a step: the next call of <see cref="Prepare"/> prepares new gradients.</summary>
    public void End() => areReady = false;

    /// <summary>The global norm over the unmasked gradients of all ranks' tensors.</summary>
    /// <param name="zeroMasked">Whether a fused backend also sets masked gradients to zero. Other backends have done so.</param>
    public double Norm(bool zeroMasked = false)
    {
        var own = fused?.Norm(zeroMasked) ?? GradientClipping.Norm(weights.Select(static w => w.Master));
        return owners?.NormOf(own) ?? own;
    }

    /// <summary>Multiplies every gradient by a factor.</summary>
    public void Scale(double factor)
    {
        if (fused is null)
        {
            GradientClipping.Scale(weights.Select(static w => w.Master), factor);
        }
        else
        {
            fused.Scale(factor);
        }
    }
}
