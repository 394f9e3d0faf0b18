using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>Compares where tensors are.</summary>
internal static class TensorPlace
{
    /// <summary>
    /// Whether a tensor has a type and is on a device. TorchSharp 0.107.0 gives every tensor a new <see cref="Device"/> object at
    /// each call, and compares them by reference, so that <c>a.device == b.device</c> is always false.
    /// </summary>
    public static bool IsLike(this Tensor tensor, ScalarType dtype, Device device) =>
        tensor.dtype == dtype && tensor.device is var own && own.type == device.type && own.index == device.index;
}
