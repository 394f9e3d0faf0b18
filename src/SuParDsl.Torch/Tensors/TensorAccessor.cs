using System.Collections;

namespace TorchSharp.Utils;

/// <summary>Reads and writes a CPU tensor's elements in row-major order, whatever its strides.</summary>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T> where T : unmanaged
{
    private readonly torch.Tensor tensor;
    private readonly T* memory;
    private readonly long[] sizes, strides;
    private readonly bool contiguous;

    internal TensorAccessor(torch.Tensor tensor)
    {
        this.tensor = tensor;
        memory = (T*)tensor.DataPointer();
        contiguous = tensor.is_contiguous();
        (sizes, strides) = (tensor.size(), tensor.stride());
        Count = tensor.numel();
    }

    public long Count { get; }

    public bool IsReadOnly => false;

    public T this[params long[] indices]
    {
        get
        {
            T value = Data[Offset(indices)];
            GC.KeepAlive(tensor);
            return value;
        }
        set
        {
            Data[Offset(indices)] = value;
            GC.KeepAlive(tensor);
        }
    }

    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array);
        return array;
    }

    /// <summary>A .NET array of the tensor's own shape.</summary>
    public Array ToNDArray()
    {
        var array = Array.CreateInstance(typeof(T), sizes);
        long position = 0;
        var indices = new long[sizes.Length];
        foreach (T value in this)
        {
            long rest = position++;
            for (int k = sizes.Length - 1; k >= 0; k--) (rest, indices[k]) = Math.DivRem(rest, sizes[k]);
            array.SetValue(value, indices);
        }
        return array;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        if (contiguous && tensorIndex == 0)
        {
            new Span<T>(Data, checked((int)Count)).CopyTo(array[arrayIndex..]);
        }
        else
        {
            for (long k = tensorIndex; k < Count; k++) array[arrayIndex++] = Data[Flat(k)];
        }
        GC.KeepAlive(tensor);
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        for (long k = tensorIndex; k < Count && arrayIndex < array.Length; k++) Data[Flat(k)] = array[arrayIndex++];
        GC.KeepAlive(tensor);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (long k = 0; k < Count; k++) yield return At(k);
    }

    // The memory ends with the tensor, whose handle throws then.
    private T* Data => tensor.Handle != IntPtr.Zero ? memory : null;

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The tensor stays: the accessor owns nothing.</summary>
    public void Dispose() { }

    internal static T ReadItemAt(torch.Tensor tensor, long index)
    {
        var accessor = new TensorAccessor<T>(tensor);
        return index >= 0 && index < accessor.Count ? accessor.At(index) : throw new IndexOutOfRangeException();
    }

    private T At(long position)
    {
        T value = Data[Flat(position)];
        GC.KeepAlive(tensor);
        return value;
    }

    private long Flat(long position)
    {
        if (contiguous) return position;
        long offset = 0;
        for (int k = sizes.Length - 1; k >= 0; k--)
        {
            (position, long index) = Math.DivRem(position, sizes[k]);
            offset += index * strides[k];
        }
        return offset;
    }

    private long Offset(long[] indices)
    {
        if (indices.Length != sizes.Length)
            return indices.Length == 1 && sizes.Length == 0
                ? 0
                : throw new ArgumentException($"{sizes.Length} indices expected, {indices.Length} given");
        long offset = 0;
        for (int k = 0; k < indices.Length; k++)
        {
            long index = indices[k] < 0 ? indices[k] + sizes[k] : indices[k];
            if (index < 0 || index >= sizes[k]) throw new IndexOutOfRangeException();
            offset += index * strides[k];
        }
        return offset;
    }
}
