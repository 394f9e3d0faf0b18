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
        string file = Path.Combine(AppContext.BaseDirectory, "libsupar_torch.so");
        string beside = Path.Combine(Path.GetDirectoryName(assembly.Location) ?? "", "libsupar_torch.so");
        return NativeLibrary.Load(File.Exists(beside) ? beside : file);
    }

    private static string? Origin(Assembly assembly) => AppContext.GetData("SuParDsl.LibtorchOrigin") as string ?? assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(a => a.Key == "LibtorchOrigin")?.Value;
}
