namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The memory that the tensor is a view of. As in TorchSharp, of a tensor of another type it is a converted copy's.</summary>
        public Storage<T> storage<T>() where T : unmanaged => new(to_type(ElementTypes.ScalarOf(typeof(T))));
    }

    /// <summary>A tensor's memory, wherever it lies.</summary>
    public abstract class Storage
    {
        private protected Storage(Tensor tensor) => Tensor = tensor;

        private protected Tensor Tensor { get; }

        /// <summary>Where the memory begins: a tensor's first element is <see cref="Tensor.storage_offset"/> elements further on.</summary>
        public unsafe IntPtr data_ptr() => (IntPtr)((byte*)Tensor.DataPointer() - (Tensor.storage_offset() * Tensor.ElementSize));
    }

    /// <summary>A tensor's memory as elements of a type.</summary>
    public sealed class Storage<T> : Storage where T : unmanaged
    {
        internal Storage(Tensor tensor) : base(tensor) { }
    }
}
