using System.Runtime.InteropServices;
using SuParDsl.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>One tensor's gradient on its way through a flat buffer: of a sparse tensor only what its mask keeps.</summary>
/// <param name="name">The tensor's full name.</param>
/// <param name="weight">The tensor.</param>
/// <param name="mask">The mask of a tensor that is stored whole; null where all that is stored is kept.</param>
internal sealed unsafe class GradientSlot(string name, Parameter weight, WeightMask? mask)
{
    private uint packed;

    private readonly long live = mask?.Kept ?? weight.numel();

    /// <summary>The number of floats that travel: the live gradient, and whether there is one.</summary>
    public long Count => live + 1;

    /// <summary>Whether nothing more is added to the gradient in this step.</summary>
    public bool IsFinal { get; set; }

    /// <summary>Copies the gradient into the buffer; zeros where there is none.</summary>
    public void Pack(float* buffer)
    {
        using var scope = NewDisposeScope();
        if (weight.grad is { } gradient)
        {
            using var frozen = no_grad();
            var near = Near(gradient);
            packed = LiveValues.Pack(mask, TensorMemory.FloatsOf(near), buffer, live);
            buffer[live] = 1;
            GC.KeepAlive(near);
        }
        else
        {
            packed = 0;
            NativeMemory.Clear(buffer, checked((nuint)(Count * sizeof(float))));
        }
    }

    /// <summary>
    /// Copies the buffer's sum over the ranks back as their mean. A tensor that only other ranks' flows have reached gets a gradient,
    /// too: one process with the whole batch would have it.
    /// </summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="ranks">How many there are.</param>
    /// <exception cref="InvalidOperationException">The gradient has changed since it was packed.</exception>
    public void Unpack(float* buffer, int ranks)
    {
        using var scope = NewDisposeScope();
        if (buffer[live] == 0)
        {
            return;
        }

        using var frozen = no_grad();
        if (weight.grad is not { } gradient)
        {
            gradient = zeros_like(weight);
            weight.grad = gradient;
        }

        var near = Near(gradient);
        var floats = TensorMemory.FloatsOf(near);
        if (LiveValues.SumOfBits(mask, floats, live) != packed)
        {
            throw new InvalidOperationException(
                $"the gradient of {name} grew after its layer's backward pass: something outside of the layer uses the tensor, too, "
                + $"so that gradients can be averaged only after the whole backward pass ({nameof(GradientAverage)} with overlap: false)");
        }

        LiveValues.Unpack(mask, floats, buffer, live, 1f / ranks);
        if (!ReferenceEquals(near, gradient))
        {
            gradient.copy_(near);
        }

        GC.KeepAlive(near);
    }

    // The processor's copy of what lies elsewhere: MPI is not asked to read a GPU's memory.
    private static Tensor Near(Tensor gradient) => TensorMemory.IsFloatOnCpu(gradient) && gradient.is_contiguous()
        ? gradient
        : gradient.to_type(ScalarType.Float32).cpu().contiguous();
}
