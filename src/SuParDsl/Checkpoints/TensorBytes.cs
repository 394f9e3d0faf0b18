using System.Buffers;

namespace SuParDsl.Checkpoints;

/// <summary>The memory of a contiguous tensor on the CPU, without a copy. It is valid as long as the tensor is.</summary>
internal sealed unsafe class TensorBytes(Tensor tensor) : MemoryManager<byte>
{
    public override Span<byte> GetSpan() => tensor.bytes;

    // Native memory does not move, so there is nothing to pin.
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
