using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>One tensor's gradient on its way through a flat buffer: of a sparse tensor only what its mask keeps.</summary>
internal abstract class GradientSlot : IDisposable
{
    /// <summary>What a frozen tensor's flag is on a rank: more than the flags of all ranks that have a gradient, which are 1, add up to.</summary>
    public const float FrozenFlag = 1 << 16;

    private protected GradientSlot(string name, Parameter weight, WeightMask? mask) =>
        (Name, Weight, Mask, Live) = (name, weight, mask, mask?.Kept ?? weight.numel());

    /// <summary>The tensor's full name.</summary>
    public string Name { get; }

    /// <summary>The number of floats that travel: the live gradient, and a flag: 1 where there is one, else 0 or <see cref="FrozenFlag"/>.</summary>
    public long Count => Live + 1;

    /// <summary>Whether nothing more is added to the gradient in this step.</summary>
    public bool IsFinal { get; set; }

    /// <summary>Whether the weights were replaced, as by <c>model.to(…)</c>.</summary>
    public bool IsReplaced => Weight.IsInvalid;

    private protected Parameter Weight { get; }

    private protected WeightMask? Mask { get; }

    private protected long Live { get; }

    /// <summary>The slot of a tensor.</summary>
    /// <param name="name">The tensor's full name.</param>
    /// <param name="weight">The tensor.</param>
    /// <param name="mask">The mask of a tensor that is stored whole; null where all that is stored is kept.</param>
    /// <param name="onDevice">Whether the buffer lies beside the tensor, wherever that is, instead of where processors reach it.</param>
    public static GradientSlot Of(string name, Parameter weight, WeightMask? mask, bool onDevice) =>
        onDevice ? new DeviceGradientSlot(name, weight, mask) : new HostGradientSlot(name, weight, mask);

    /// <summary>Copies the gradient and its flag into its part of the buffer; zeros where there is no gradient.</summary>
    public abstract void Pack(Tensor buffer);

    /// <summary>Whether the gradient has changed since it was packed: not 0 then.</summary>
    public abstract Tensor Grown();

    /// <summary>
    /// Copies the buffer's sum over the ranks back as their mean. A tensor that only other ranks' flows have reached gets a gradient,
    /// too: one process with the whole batch would have it.
    /// </summary>
    public abstract void Unpack(Tensor buffer, int ranks);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }

    /// <summary>The gradient; null where there is none, or the tensor is frozen and an earlier pass has left one.</summary>
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
