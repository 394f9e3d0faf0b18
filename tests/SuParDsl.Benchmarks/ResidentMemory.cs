using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace SuParDsl.Benchmarks;

/// <summary>The memory of this process, in bytes.</summary>
internal static partial class ResidentMemory
{
    /// <summary>What is resident now. The managed nursery fills to its budget once, some 16 MiB, before anything is collected: emptied, it hides no growth.</summary>
    public static long Now()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        process.Refresh();
        return process.WorkingSet64;
    }

    /// <summary>The most memory that something takes at a time beyond what is there. The kernel keeps the peak, and forgets it when told so.</summary>
    public static long PeakOf(Action action)
    {
        // What the heap keeps of freed temporaries would hide new ones.
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
