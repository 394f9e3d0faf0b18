using System.Runtime.InteropServices;

namespace SuParDsl.Engine;

/// <summary>
/// Returns free memory of glibc's heap to the system. Before glibc 2.38, an aligned allocation, such as a tensor's, rarely reuses
/// a freed block (<see href="https://sourceware.org/bugzilla/show_bug.cgi?id=14581">bug 14581</see>). A loop that allocates the
/// same temporaries in each iteration therefore grows the heap: by 20 MiB per step of
/// torch.optim.AdamW on four matrices of 1024².
/// </summary>
internal static class NativeHeap
{
    /// <summary>The growth of free memory, in bytes, after which it is returned to the system.</summary>
    public const long MostGrowth = 256 << 20;

    private static long freeAtLastTrim;

    /// <summary>
    /// Returns free pages to the system if free memory has grown by <paramref name="mostGrowth"/> since the last time.
    /// </summary>
    /// <returns>Whether pages were returned.</returns>
    public static bool TrimIfGrown(long mostGrowth = MostGrowth)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            // Returned pages still count as free, so compare growth.
            if ((long)mallinfo2().Free - Volatile.Read(ref freeAtLastTrim) < mostGrowth)
            {
                return false;
            }

            _ = malloc_trim(0);
            Volatile.Write(ref freeAtLastTrim, (long)mallinfo2().Free);
            return true;
        }
        catch (Exception error) when (error is EntryPointNotFoundException or DllNotFoundException)
        {
            // The C library is not glibc, or is older than glibc 2.33.
            return false;
        }
    }

    [DllImport("libc")]
    private static extern HeapInfo mallinfo2();

    [DllImport("libc")]
    private static extern int malloc_trim(nuint pad);

    /// <summary>glibc's <c>struct mallinfo2</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct HeapInfo
    {
        private readonly nuint arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks;

        /// <summary>Free bytes in all arenas.</summary>
        public readonly nuint Free;

        private readonly nuint keepcost;
    }
}
