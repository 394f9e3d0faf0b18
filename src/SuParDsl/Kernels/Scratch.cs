using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace SuParDsl.Kernels;

/// <summary>Pooled, aligned native memory for kernels, so that a step allocates nothing.</summary>
internal sealed unsafe class Scratch : IDisposable
{
    private const nuint Alignment = 64;

    private static readonly ConcurrentStack<Scratch> Free = [];

    private nint capacity;

    private Scratch()
    {
    }

    ~Scratch() => NativeMemory.AlignedFree(Floats);

    /// <summary>The memory, aligned to cache lines; its content is undefined.</summary>
    public float* Floats { get; private set; }

    /// <summary>Rents memory for a number of floats. Disposing the result returns it to the pool.</summary>
    public static Scratch Rent(nint floats)
    {
        var scratch = Free.TryPop(out var free) ? free : new();
        if (scratch.capacity < floats)
        {
            // Reset the fields first, so that a failed allocation does not leave freed memory behind.
            NativeMemory.AlignedFree(scratch.Floats);
            scratch.Floats = null;
            scratch.capacity = 0;
            scratch.Floats = (float*)NativeMemory.AlignedAlloc(checked((nuint)floats * sizeof(float)), Alignment);
            scratch.capacity = floats;
        }

        return scratch;
    }

    /// <summary>Rounds a number of floats up to a multiple of the cache line, so that the next block is aligned, too.</summary>
    public static nint Rounded(nint floats) => (floats + 15) & ~(nint)15;

    /// <inheritdoc/>
    public void Dispose() => Free.Push(this);
}
