using SuParDsl.Sparsity;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Distributed;

/// <summary>
/// One tensor's section of a flat gradient buffer. For a sparse tensor it holds only the gradients of kept weights.
/// </summary>
internal abstract class GradientSlot : IDisposable
{
    /// <summary>
    /// The flag of a frozen tensor. It exceeds the sum of the flags of all ranks that have a gradient, which are 1 each.
    /// </summary>
    public const float FrozenFlag = 1 << 16;

    private protected GradientSlot(string name, Parameter weight, WeightMask? mask) =>
        (Name, Weight, Mask, Live) = (name, weight, mask, mask?.Kept ?? weight.numel());

    /// <summary>The tensor's full name.</summary>
    public string Name { get; }

    /// <summary>
    /// The number of floats to transfer: the kept weights' gradients and a flag, which is 1 if the rank has a gradient, and 0 or
    /// <see cref="FrozenFlag"/> otherwise.
    /// </summary>
    public long Count => Live + 1;

    /// <summary>Whether the gradient is complete in this step.</summary>
    public bool IsFinal { get; set; }

    /// <summary>Whether the parameter was replaced, for example by <c>model.to(…)</c>.</summary>
    public bool IsReplaced => Weight.IsInvalid;

    private protected Parameter Weight { get; }

    private protected WeightMask? Mask { get; }

    private protected long Live { get; }

    /// <summary>Creates the slot of a tensor.</summary>
    /// <param name="name">The tensor's full name.</param>
    /// <param name="weight">The tensor.</param>
    /// <param name="mask">The mask of a sparse tensor that is stored dense; null if all stored weights are kept.</param>
    /// <param name="onDevice">Whether the buffer is on the tensor's device instead of in host memory.</param>
    public static GradientSlot Of(string name, Parameter weight, WeightMask? mask, bool onDevice) =>
        onDevice ? new DeviceGradientSlot(name, weight, mask) : new HostGradientSlot(name, weight, mask);

    /// <summary>Copies the gradient and its flag to its part of the buffer, or zeros if there is no gradient.</summary>
    public abstract void Pack(Tensor buffer);

    /// <summary>A tensor that is not 0 if the gradient has changed since it was packed.</summary>
    public abstract Tensor Grown();

    /// <summary>
    /// Copies the buffer, which holds the sum over the ranks, back as the mean. A tensor that only other ranks' forward passes
    /// used gets a gradient, too, as it would in a single process with the whole batch.
    /// </summary>
    public abstract void Unpack(Tensor buffer, int ranks);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }

    /// <summary>
    /// The gradient; null if there is none, or if the tensor is frozen and its gradient is from an earlier pass.
    /// </summary>
    private protected Tensor? Gradient => IsFrozen ? null : Weight.grad;

    private protected bool IsFrozen => !Weight.requires_grad;

    private protected Tensor GradientToFill()
    {
        if (Weight.grad is { } gradient)
        {
            return gradient;
        }

        gradient = zeros_like(Weight);
        Weight.grad = gradient;
        return gradient;
    }
}
