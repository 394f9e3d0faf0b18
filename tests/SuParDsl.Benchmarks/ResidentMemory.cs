using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace SuParDsl.Benchmarks;

/// <summary>The memory of this process, in bytes.</summary>
internal static partial class ResidentMemory
{
    /// <summary>
    /// The resident memory now. The managed nursery fills to its budget once, about 16 MiB, before anything is collected.
    /// It is emptied first, so that it hides no growth.
    /// </summary>
    public static long Now()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        process.Refresh();
        return process.WorkingSet64;
    }

    /// <summary>
    /// The peak of the memory that an action takes in addition to the present memory. The kernel records the peak and can
    /// reset it.
    /// </summary>
    public static long PeakOf(Action action)
    {
        // Freed temporaries that the heap keeps would hide new ones.
        _ = malloc_trim(0);
        var before = Now();
        File.WriteAllText("/proc/self/clear_refs", "5");
        action();
        var line = File.ReadLines("/proc/self/status").First(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return (1024 * long.Parse(
            line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)) - before;
    }

    [LibraryImport("libc")]
    private static partial int malloc_trim(nint pad);
}
