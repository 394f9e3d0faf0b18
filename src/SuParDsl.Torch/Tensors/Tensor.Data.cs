using TorchSharp.Native;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        /// <summary>The memory of a contiguous CPU tensor. It is the tensor's own, and ends with it.</summary>
        public Span<byte> bytes
        {
            get
            {
                if (!is_contiguous()) throw new InvalidOperationException("Bytes() called on non-contiguous tensor.");
                RefuseOtherDevices();
                long length = NumberOfElements * ElementSize;
                if (length > int.MaxValue) throw new ArgumentException("Span only supports up to int.MaxValue elements.");
                return new Span<byte>(DataPointer(), (int)length);
            }
            set
            {
                if (!is_contiguous()) throw new InvalidOperationException("SetBytes() called on non-contiguous tensor.");
                var own = bytes;
                if (own.Length != value.Length) throw new ArgumentException("Mismatched data sizes in SetBytes().");
                value.CopyTo(own);
            }
        }

        public TensorAccessor<T> data<T>() where T : unmanaged
        {
            Validate(typeof(T));
            return new TensorAccessor<T>(device_type == DeviceType.CPU ? this : cpu());
        }

        public T item<T>() where T : unmanaged
        {
            if (NumberOfElements != 1) throw new ArgumentException("Number of elements in the tensor must be 1");
            Validate(typeof(T));
            using var copy = device_type == DeviceType.CPU ? null : cpu();
            T value = *(T*)(copy ?? this).DataPointer();
            GC.KeepAlive(this);
            return value;
        }

        public Scalar ToScalar()
        {
            NativeValue value;
            Failure.ThrowIf(Entries.st_item(Handle, &value));
            GC.KeepAlive(this);
            var type = value.Tag switch { Tag.Bool => ScalarType.Bool, Tag.Int => ScalarType.Int64, _ => ScalarType.Float64 };
            return new Scalar(value.Tag, value.Bits, type);
        }

        public T ReadCpuValue<T>(long i) where T : unmanaged
        {
            Validate(typeof(T));
            RefuseOtherDevices();
            return TensorAccessor<T>.ReadItemAt(this, i);
        }

        public float ReadCpuSingle(long i) => ReadCpuValue<float>(i);
        public double ReadCpuDouble(long i) => ReadCpuValue<double>(i);
        public int ReadCpuInt32(long i) => ReadCpuValue<int>(i);
        public long ReadCpuInt64(long i) => ReadCpuValue<long>(i);
        public byte ReadCpuByte(long i) => ReadCpuValue<byte>(i);
        public bool ReadCpuBool(long i) => ReadCpuValue<bool>(i);

        private void Validate(Type type)
        {
            if (type != ElementTypes.TypeOf(dtype)) throw new ArgumentException($"{type.Name} is not compatible with {dtype}");
        }

        private void RefuseOtherDevices()
        {
            if (device_type != DeviceType.CPU)
            {
                throw new InvalidOperationException(
                    "Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
            }
        }
    }
}
