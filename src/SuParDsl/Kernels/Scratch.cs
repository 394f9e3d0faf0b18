using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace SuParDsl.Kernels;

/// <summary>Aligned native memory that kernels borrow and give back, so that a step allocates nothing.</summary>
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

    /// <summary>Borrows room for some floats. Disposing of it gives it back.</summary>
    public static Scratch Rent(nint floats)
    {
        var scratch = Free.TryPop(out var free) ? free : new();
        if (scratch.capacity < floats)
        {
            // Nothing is left to free where there is no room for the new one.
            NativeMemory.AlignedFree(scratch.Floats);
            scratch.Floats = null;
            scratch.capacity = 0;
            scratch.Floats = (float*)NativeMemory.AlignedAlloc(checked((nuint)floats * sizeof(float)), Alignment);
            scratch.capacity = floats;
        }

        return scratch;
    }

    /// <summary>Rounds a number of floats up to whole cache lines, so that what follows is aligned again.</summary>
    public static nint Rounded(nint floats) => (floats + 15) & ~(nint)15;

    /// <inheritdoc/>
    public void Dispose() => Free.Push(this);
}
