using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SuParDsl.Engine;

/// <summary>The raw memory of tensors. The caller must keep the tensor alive while using its memory.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>Whether kernels can work on a tensor's memory, which must be float32 on the CPU.</summary>
    public static bool IsFloatOnCpu(Tensor tensor) =>
        tensor.device_type == TorchSharp.DeviceType.CPU && tensor.dtype == ScalarType.Float32;

    /// <summary>The address of a float32 tensor's first element, which may be on another device.</summary>
    public static nint AddressOf(Tensor tensor) =>
        tensor.storage<float>().data_ptr() + ((nint)tensor.storage_offset() * sizeof(float));

    /// <summary>The floats of a contiguous float32 tensor on the CPU; null if it is empty.</summary>
    public static float* FloatsOf(Tensor tensor)
    {
        if (tensor.numel() == 0)
        {
            return null;
        }

        if (tensor.numel() <= int.MaxValue / tensor.element_size())
        {
            return (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
        }

        // A span cannot hold the whole tensor, so take the address of its first element.
        using var first = tensor.view(-1);
        using var one = first.narrow(0, 0, 1);
        return (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(one.bytes));
    }

    /// <summary>
    /// An empty view of a weight. An in-place operation on it tells autograd that the weight's raw memory has changed.
    /// </summary>
    public static Tensor VersionOf(Tensor parameter)
    {
        using var flat = parameter.detach();
        using var vector = flat.view(-1);
        return vector.narrow(0, 0, 0).DetachFromDisposeScope();
    }
}
