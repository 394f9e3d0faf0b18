using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SuParDsl.Engine;

namespace TorchSharp.Native;

/// <summary>Loads the native part, after the process has been set up for it.</summary>
internal static class Library
{
    public const string Name = "supar_torch";

    // The resolver runs before the runtime touches the library, whichever method needs it first.
    [ModuleInitializer]
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(Library).Assembly, Resolve);

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Name) return IntPtr.Zero;
        NativeSettings.Apply(systemBlas: Origin(assembly) == "system");
        return NativeLibrary.Load(FileFor(assembly.Location));
    }

    /// <summary>The file beside the assembly, else beside the program. In a single-file program an assembly has no place.</summary>
    internal static string FileFor(string assembly)
    {
        const string file = "libsupar_torch.so";
        string program = Path.Combine(AppContext.BaseDirectory, file);
        if (Path.GetDirectoryName(assembly) is not { Length: > 0 } folder) return program;
        string beside = Path.Combine(folder, file);
        return File.Exists(beside) ? beside : program;
    }

    private static string? Origin(Assembly assembly) => AppContext.GetData("SuParDsl.LibtorchOrigin") as string ?? assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(a => a.Key == "LibtorchOrigin")?.Value;
}
