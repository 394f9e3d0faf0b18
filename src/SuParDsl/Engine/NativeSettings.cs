using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace SuParDsl.Engine;

/// <summary>
/// What libtorch's companions read once, when they load: OpenBLAS's kernels, OpenMP's waiting, glibc's heap.
/// Must run before the first native library of the engine is loaded; a setting that the user made stays.
/// </summary>
internal static class NativeSettings
{
    private const int TrimThreshold = -1, TopPad = -2, MmapThreshold = -3;
    private const int LazyBinding = 1, GlobalScope = 0x100;

    private static readonly Lock Gate = new();
    private static bool environmentDone, blasDone;

    /// <summary>Sets the environment and the heap; with <paramref name="systemBlas"/> also loads the system's OpenBLAS
    /// ahead of libtorch, so that the system-wide BLAS choice (often the slow reference one) does not matter.</summary>
    public static void Apply(bool systemBlas)
    {
        if (!OperatingSystem.IsLinux()) return;
        lock (Gate)
        {
            if (!environmentDone) SetEnvironment();
            environmentDone = true;
            if (systemBlas && !blasDone) LoadOpenBlas();
            blasDone |= systemBlas;
        }
    }

    private static void SetEnvironment()
    {
        try
        {
            // OpenBLAS knows too few CPUs by name and falls back to AVX2 kernels on newer AVX-512 ones.
            if (Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported && Avx512F.VL.IsSupported)
                SetUnlessUserDid("OPENBLAS_CORETYPE", "SKYLAKEX");
            // Spinning OpenMP threads take the cores from the managed ones.
            SetUnlessUserDid("OMP_WAIT_POLICY", "PASSIVE");
            RaiseHeapThresholds();
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library: its defaults serve as well.
        }
    }

    private static void SetUnlessUserDid(string name, string value)
    {
        if (Environment.GetEnvironmentVariable(name) is null) _ = setenv(name, value, 0);
    }

    /// <summary>Keeps a step's freed temporaries in the process, where glibc would return them and fault them in again.</summary>
    private static void RaiseHeapThresholds()
    {
        if (Environment.GetEnvironmentVariable("GLIBC_TUNABLES")?.Contains("malloc") == true) return;
        if (Environment.GetEnvironmentVariable("MALLOC_MMAP_THRESHOLD_") is null && mallopt(MmapThreshold, 1 << 30) == 0)
            _ = mallopt(MmapThreshold, 32 << 20);
        if (Environment.GetEnvironmentVariable("MALLOC_TRIM_THRESHOLD_") is null) _ = mallopt(TrimThreshold, int.MaxValue);
        if (Environment.GetEnvironmentVariable("MALLOC_TOP_PAD_") is null) _ = mallopt(TopPad, 64 << 20);
    }

    /// <summary>OpenBLAS's build for OpenMP shares libtorch's threads; its pthread build fights them.</summary>
    private static void LoadOpenBlas()
    {
        if (Multiarch() is not { } multiarch) return;
        string folder = $"/usr/lib/{multiarch}/openblas-openmp";
        foreach (string library in (string[])["libblas.so.3", "liblapack.so.3"])
        {
            string path = Path.Combine(folder, library);
            if (File.Exists(path)) _ = dlopen(path, LazyBinding | GlobalScope);
        }
    }

    private static string? Multiarch() => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => "x86_64-linux-gnu",
        Architecture.X86 => "i386-linux-gnu",
        Architecture.Arm64 => "aarch64-linux-gnu",
        Architecture.Arm => "arm-linux-gnueabihf",
        Architecture.Ppc64le => "powerpc64le-linux-gnu",
        Architecture.S390x => "s390x-linux-gnu",
        Architecture.RiscV64 => "riscv64-linux-gnu",
        Architecture.LoongArch64 => "loongarch64-linux-gnu",
        _ => null,
    };

    [DllImport("libc")]
    private static extern int setenv([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);

    [DllImport("libc")]
    private static extern int mallopt(int parameter, int value);

    [DllImport("libc")]
    private static extern IntPtr dlopen([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
}
