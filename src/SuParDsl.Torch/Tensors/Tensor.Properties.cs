using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        public long Dimensions => Read(Entries.st_dim(Handle));
        public long dim() => Dimensions;
        public long ndim => Dimensions;
        public long NumberOfElements => Read(Entries.st_numel(Handle));
        public long numel() => NumberOfElements;
        public long ElementSize => Read(Entries.st_element_size(Handle));
        public long element_size() => ElementSize;
        public ScalarType dtype => (ScalarType)Read(Entries.st_dtype(Handle));
        public DeviceType device_type => (DeviceType)Read(Entries.st_device_type(Handle));
        public int device_index => (int)Read(Entries.st_device_index(Handle));
        public long[] shape => size();

        public Device device => device_type is var type && type == DeviceType.CPU ? CPU : new Device(type, device_index);

        public bool is_cuda => device_type == DeviceType.CUDA;
        public bool is_meta => device_type == DeviceType.META;
        public bool is_sparse => Read(Entries.st_is_sparse(Handle)) != 0;
        public bool is_cpu() => device_type == DeviceType.CPU;
        public bool is_contiguous() => Read(Entries.st_is_contiguous(Handle)) != 0;
        public bool is_integral() => torch.is_integral(dtype);
        public bool is_floating_point() => torch.is_floating_point(dtype);
        public bool is_complex() => torch.is_complex(dtype);
        public bool is_nonzero() => Aten.is_nonzero.Flag(this);
        public long storage_offset() => Read(Entries.st_storage_offset(Handle));

        public long size(int dim)
        {
            long count = Dimensions;
            int place = dim < 0 ? dim + (int)count : dim;
            if (place < 0 || place >= count) throw new ArgumentOutOfRangeException(nameof(dim), dim, $"the tensor has {count} dimensions");
            long* sizes = stackalloc long[(int)count];
            Entries.st_sizes(Handle, sizes);
            GC.KeepAlive(this);
            return sizes[place];
        }

        public long[] size()
        {
            var sizes = new long[Dimensions];
            fixed (long* first = sizes) Entries.st_sizes(Handle, first);
            GC.KeepAlive(this);
            return sizes;
        }

        public long stride(int dim)
        {
            long[] strides = stride();
            return strides[dim < 0 ? dim + strides.Length : dim];
        }

        public long[] stride()
        {
            var strides = new long[Dimensions];
            fixed (long* first = strides) Failure.ThrowIf(Entries.st_strides(Handle, first));
            GC.KeepAlive(this);
            return strides;
        }

        /// <summary>The element memory, where the CPU can reach it.</summary>
        internal void* DataPointer()
        {
            void* data;
            Failure.ThrowIf(Entries.st_data(Handle, &data));
            return data;
        }

        // The object must outlive the native read that its handle went into.
        private long Read(long value)
        {
            GC.KeepAlive(this);
            return value;
        }
    }
}
