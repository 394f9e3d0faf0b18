using System.Runtime.InteropServices;

namespace SuParDsl.Engine;

/// <summary>
/// What libtorch's OpenMP and glibc's heap read once, when they load or start. The runtime's own
/// <see cref="Environment.SetEnvironmentVariable(string, string)"/> does not reach them. A setting that the user made stays.
/// </summary>
internal static class NativeSettings
{
    private const int TrimThreshold = -1, TopPad = -2, MmapThreshold = -3;

    /// <summary>Must run before the first native library of the engine is loaded.</summary>
    public static void Apply()
    {
        try
        {
            WaitWithoutSpinning();
            RaiseHeapThresholds();
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library: its defaults serve as well.
        }
    }

    /// <summary>Threads of OpenMP that spin while they wait take the cores from the managed ones.</summary>
    private static void WaitWithoutSpinning()
    {
        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null && Environment.GetEnvironmentVariable("GOMP_SPINCOUNT") is null)
        {
            _ = setenv("OMP_WAIT_POLICY", "PASSIVE", 0);
        }
    }

    /// <summary>Keeps a step's freed temporaries in the process, where glibc would return them and fault them in again.</summary>
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
    private static extern int setenv([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);

    [DllImport("libc")]
    private static extern int mallopt(int parameter, int value);
}
