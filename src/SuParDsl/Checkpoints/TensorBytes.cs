using System.Buffers;

namespace SuParDsl;

/// <summary>The memory of a contiguous tensor on the CPU, uncopied; it ends with the tensor.</summary>
internal sealed unsafe class TensorBytes(Tensor tensor) : MemoryManager<byte>
{
    public override Span<byte> GetSpan() => tensor.bytes;

    // Native memory stays where it is.
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        fixed (byte* first = GetSpan())
        {
            return new(first + elementIndex, pinnable: this);
        }
    }

    public override void Unpin() => GC.KeepAlive(tensor);

    protected override void Dispose(bool disposing)
    {
    }
}
