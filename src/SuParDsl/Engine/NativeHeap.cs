using System.Runtime.InteropServices;

namespace SuParDsl.Engine;

/// <summary>
/// The free memory of glibc's heap. Before glibc 2.38 an aligned block, as every tensor's is, rarely takes the place of one that was
/// freed (<see href="https://sourceware.org/bugzilla/show_bug.cgi?id=14581">bug 14581</see>), so a loop that makes the same
/// temporaries again and again makes the heap grow: by 20 MiB in a step of torch.optim.AdamW on four matrices of 1024².
/// </summary>
internal static class NativeHeap
{
    /// <summary>How much free memory may be added before it goes back to the system.</summary>
    public const long MostGrowth = 256 << 20;

    private static long freeAtLastTrim;

    /// <summary>Returns the pages of free memory to the system where so much free memory was added since the last time.</summary>
    /// <returns>Whether it did.</returns>
    public static bool TrimIfGrown(long mostGrowth = MostGrowth)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            // What was returned still counts as free, so only growth is looked at.
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
            // Another C library, or a glibc older than 2.33.
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
