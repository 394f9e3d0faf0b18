using System.Buffers.Binary;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Text;

// TorchSharp 0.107.0's native library asks for GLIBCXX_3.4.32 (GCC 13) and uses one function of it, which starts the iostreams.
// Older C++ libraries, such as Debian 12's, start them by themselves. Where the library does not load, this loads a copy in which
// the call goes to std::locale::classic() of GLIBCXX_3.4, which has no arguments and no effect.
static class OlderCxx
{
    [ModuleInitializer]
    internal static void Install() => AssemblyLoadContext.Default.ResolvingUnmanagedDll += Load;

    static nint Load(Assembly assembly, string name)
    {
        if (name != "LibTorchSharp") return 0;
        foreach (var library in (string[])["libc10.so", "libtorch_cpu.so", "libtorch.so"]) NativeLibrary.Load(Find(library));
        var elf = File.ReadAllBytes(Find("libLibTorchSharp.so"));
        int missing = VersionNeed(elf, "GLIBCXX_3.4.32"), present = VersionNeed(elf, "GLIBCXX_3.4");
        elf.AsSpan(present, 4).CopyTo(elf.AsSpan(missing)); // The version's hash ...
        elf.AsSpan(present + 8, 4).CopyTo(elf.AsSpan(missing + 8)); // ... and the place of its name.
        "_ZNSt6locale7classicEv\0"u8.CopyTo(elf.AsSpan(elf.AsSpan().IndexOf("_ZSt21ios_base_library_initv\0"u8)));
        var copy = Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");
        File.WriteAllBytes(copy, elf);
        return NativeLibrary.Load(copy);
    }

    static string Find(string library) => ((string)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES")!)
        .Split(Path.PathSeparator).Select(folder => Path.Combine(folder, library)).First(File.Exists);

    // An entry has the hash (4 bytes), flags (2), index (2), name (4) and the distance to the next entry (4).
    static int VersionNeed(ReadOnlySpan<byte> elf, string version)
    {
        uint hash = 0;
        foreach (var letter in Encoding.ASCII.GetBytes(version))
        {
            hash = (hash << 4) + letter;
            hash = (hash ^ ((hash >> 24) & 0xF0)) & 0x0FFFFFFF;
        }

        for (var at = 0; at < elf.Length - 16; at += 4)
        {
            // Flags are 0, and all entries but the last are 16 bytes from the next.
            if (BinaryPrimitives.ReadUInt32LittleEndian(elf[at..]) == hash && elf[at + 4] == 0 && elf[at + 5] == 0
                && BinaryPrimitives.ReadUInt32LittleEndian(elf[(at + 12)..]) is 0 or 16)
            {
                return at;
            }
        }

        throw new InvalidOperationException($"This build of TorchSharp's native library does not name {version}.");
    }
}
