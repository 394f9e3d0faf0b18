using System.Runtime.InteropServices;

namespace SuParDsl.Engine;

/// <summary>
/// Settings that libtorch's OpenMP and glibc's heap read only once, when they are loaded or start. They do not see variables that
/// <see cref="Environment.SetEnvironmentVariable(string, string)"/> sets. The user's own settings take precedence.
/// </summary>
internal static class NativeSettings
{
    private const int TrimThreshold = -1, TopPad = -2, MmapThreshold = -3;

    /// <summary>Applies the settings. Must be called before the first native library of the engine is loaded.</summary>
    public static void Apply()
    {
        try
        {
            WaitWithoutSpinning();
            RaiseHeapThresholds();
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // The C library is not glibc (for example musl): keep the allocator's defaults.
        }
    }

    /// <summary>Makes waiting OpenMP threads sleep. Spinning ones would take the cores from managed threads.</summary>
    private static void WaitWithoutSpinning()
    {
        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null
            && Environment.GetEnvironmentVariable("GOMP_SPINCOUNT") is null)
        {
            _ = setenv("OMP_WAIT_POLICY", "PASSIVE", 0);
        }
    }

    /// <summary>
    /// Keeps a step's freed temporaries in the process. By default glibc returns them to the
    /// system, and the next step pays for page faults again.
    /// </summary>
    private static void RaiseHeapThresholds()
    {
        if (Environment.GetEnvironmentVariable("GLIBC_TUNABLES")?.Contains("malloc", StringComparison.Ordinal) == true)
        {
            return;
        }

        if (Environment.GetEnvironmentVariable("MALLOC_MMAP_THRESHOLD_") is null && mallopt(MmapThreshold, 1 << 30) == 0)
        {
            _ = mallopt(MmapThreshold, 32 << 20);
        }

        if (Environment.GetEnvironmentVariable("MALLOC_TRIM_THRESHOLD_") is null)
        {
            _ = mallopt(TrimThreshold, int.MaxValue);
        }

        if (Environment.GetEnvironmentVariable("MALLOC_TOP_PAD_") is null)
        {
            _ = mallopt(TopPad, 64 << 20);
        }
    }

    [DllImport("libc")]
    private static extern int setenv(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);

    [DllImport("libc")]
    private static extern int mallopt(int parameter, int value);
}
