using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Copies a .NET array of any rank.</summary>
    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device);

    public static Tensor from_array(Array rawArray, ScalarType? dtype, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        RefuseNames(names);
        var elementType = rawArray.GetType().GetElementType()!;
        var type = ElementTypes.ScalarOf(elementType);
        var sizes = Enumerable.Range(0, rawArray.Rank).Select(rawArray.GetLongLength).ToArray();
        var tensor = Aten.empty_memory_format.Call(sizes, type, Argument.None, CPU);
        unsafe
        {
            ref byte first = ref MemoryMarshal.GetArrayDataReference(rawArray);
            fixed (byte* source = &first)
            {
                long bytes = tensor.numel() * tensor.ElementSize;
                Buffer.MemoryCopy(source, tensor.DataPointer(), bytes, bytes);
            }
        }
        return Placed(tensor, dtype, device, requires_grad);
    }

    public static Tensor as_tensor(Tensor data, ScalarType? dtype = null, Device? device = null) =>
        (dtype ?? data.dtype) == data.dtype && device is null ? data.alias() : data.to(dtype ?? data.dtype, device ?? data.device);

    public static Tensor as_tensor(Array data, ScalarType? dtype = null, Device? device = null) => from_array(data, dtype, device);

    internal static Tensor Build<T>(
        ReadOnlySpan<T> elements, ReadOnlySpan<long> sizes, ScalarType? dtype, Device? device, bool requires_grad, string[]? names = null)
    {
        RefuseNames(names);
        var tensor = Aten.empty_memory_format.Call(sizes.ToArray(), ElementTypes.ScalarOf(typeof(T)), Argument.None, CPU);
        if (tensor.numel() != elements.Length)
        {
            tensor.Dispose();
            throw new ArgumentException($"mismatched total size creating a tensor from an array: {elements.Length} elements");
        }
        unsafe
        {
            var bytes = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(elements)),
                elements.Length * Unsafe.SizeOf<T>());
            bytes.CopyTo(new Span<byte>(tensor.DataPointer(), bytes.Length));
        }
        return Placed(tensor, dtype, device, requires_grad);
    }

    private static Tensor Placed(Tensor tensor, ScalarType? dtype, Device? device, bool requires_grad)
    {
        device = InitializeDevice(device);
        if (device.type != DeviceType.CPU || (dtype is { } type && type != tensor.dtype))
            tensor = tensor.to(dtype ?? tensor.dtype, device, disposeAfter: true);
        return requires_grad ? tensor.with_requires_grad() : tensor;
    }
}
