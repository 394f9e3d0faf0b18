using System.Runtime.InteropServices;

namespace SuParDsl.Engine;

/// <summary>The system's dynamic linker and its error messages.</summary>
internal static class DynamicLinker
{
    private const int Now = 2, OnlyIfLoaded = 4;

    /// <summary>
    /// Loads a library and resolves all its symbols, so that a missing symbol is an error
    /// here and does not end the process later.
    /// </summary>
    /// <param name="path">The library's file.</param>
    /// <param name="error">The linker's message; empty if the library was loaded.</param>
    /// <returns>The library's handle, or 0.</returns>
    public static nint TryLoad(string path, out string error)
    {
        // Call dlerror once before dlopen: on its first call the runtime looks the function up, which would clear the message.
        _ = dlerror();
        var handle = dlopen(path, Now);
        error = handle != 0 ? string.Empty : Marshal.PtrToStringUTF8(dlerror()) ?? "unknown error";
        return handle;
    }

    /// <summary>The handle of an already loaded library, by its soname; 0 if it is not loaded.</summary>
    public static nint Loaded(string name) => dlopen(name, Now | OnlyIfLoaded);

    /// <summary>The file of an already loaded library according to the kernel; null if it is not loaded.</summary>
    public static string? PathOf(string name) => File.ReadLines("/proc/self/maps")
        .Select(static line => line.IndexOf('/') is var start and >= 0 ? line[start..] : string.Empty)
        .FirstOrDefault(path => Path.GetFileName(path).StartsWith(name, StringComparison.Ordinal));

    [DllImport("libc")]
    private static extern nint dlopen([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc")]
    private static extern nint dlerror();
}
