using System.Runtime.Versioning;
using System.Text;
using SuParDsl.Engine;

namespace SuParDsl.Tests.Engine;

/// <summary>
/// Tests the user's messages for the dynamic linker's errors about libraries that do not fit. The libraries are copies of
/// the package's, with a changed name in each.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class LinkerErrorsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("supardsl-linker-").FullName;

    public LinkerErrorsTests() => NativeEngine.Load();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_version_that_the_system_lacks_is_named() => Assert.Matches(
        @"^some\.so needs GLIBCXX_3\.4\.99, which libstdc\+\+\.so\.6 of .+ does not have \(.+\): "
        + @"use Debian 12, Ubuntu 22\.04 or a newer system$",
        Explain("GLIBCXX_3.4.30", "GLIBCXX_3.4.99"));

    [Fact]
    public void A_function_that_libtorch_lacks_is_named_with_the_version_that_has_it() => Assert.Matches(
        @"^some\.so needs the function _ZNK3c105Error4whaX\w*, which the libtorch in this process does not have: "
        + @"TorchSharp 0\.107\.0 needs libtorch 2\.10\.0",
        Explain("_ZNK3c105Error4whatEv", "_ZNK3c105Error4whaXEv"));

    [Fact]
    public void A_library_that_is_not_there_is_named() => Assert.Matches(
        @"^some\.so needs libc99\.so, which is not on .+: install the package that has it", Explain("libc10.so", "libc99.so"));

    [Fact]
    public void A_file_that_is_no_library_keeps_the_linkers_words()
    {
        var path = Path.Combine(folder, "some.so");
        File.WriteAllText(path, "no library");
        Assert.Equal(0, DynamicLinker.TryLoad(path, out var error));
        Assert.Matches(@"^some\.so cannot be loaded on .+: .+some\.so: ", LinkerErrors.Explain("some.so", error).Message);
    }

    [Theory]
    [InlineData(0x020a000000000000UL, "2.10.0", true)]
    [InlineData(0x020a010000000000UL, "2.10.1", true)]
    [InlineData(0x0209000000000000UL, "2.9.0", false)]
    public void A_version_of_libtorch_is_read_from_its_own_number(ulong number, string text, bool expected)
    {
        Assert.Equal(text, LibTorchVersion.Text(number));
        Assert.Equal(expected, LibTorchVersion.IsExpected(text));
    }

    [Fact]
    public void The_libtorch_of_this_process_is_the_expected_one()
    {
        Assert.True(LibTorchVersion.IsExpected(LibTorchVersion.Of(DynamicLinker.Loaded("libtorch_cpu.so"))));
        Assert.False(NativeEngine.HasCuda() && !TorchSharp.torch.cuda.is_available());
    }

    [Fact]
    public void Folders_without_the_library_are_named_with_the_package_to_reference()
    {
        var error = Assert.Throws<EngineException>(() => NativeLoader.LoadNeeded("libtorch_not_there.so", [folder]));
        Assert.Contains(folder, error.Message, StringComparison.Ordinal);
        Assert.Contains("reference the package", error.Message, StringComparison.Ordinal);
    }


    private string Explain(string old, string @new)
    {
        var path = Path.Combine(folder, "some.so");
        File.WriteAllBytes(path, Changed(File.ReadAllBytes(LoadableFile()), old, @new));
        var handle = DynamicLinker.TryLoad(path, out var error);
        Assert.Equal(0, handle);
        return LinkerErrors.Explain("some.so", error).Message;
    }

    // The copy if the system needs one; otherwise the package's file.
    private static string LoadableFile() => EngineInfo.Read().NativeLibrary;

    // Replace every occurrence, because a version's name may be the end of another's. The hash of a version changes as
    // well, because the linker compares it first.
    private static byte[] Changed(byte[] library, string old, string @new)
    {
        var (from, to) = (Encoding.ASCII.GetBytes(old + "\0"), Encoding.ASCII.GetBytes(@new + "\0"));
        Assert.Equal(from.Length, to.Length);
        for (var at = 0; library.AsSpan(at).IndexOf(from) is var next and >= 0; at += next + 1)
        {
            to.CopyTo(library, at + next);
        }

        Replace(library, Hash(old), Hash(@new));
        return library;
    }

    private static void Replace(byte[] library, uint old, uint @new)
    {
        var bytes = BitConverter.GetBytes(old);
        for (var at = 0; library.AsSpan(at).IndexOf(bytes) is var next and >= 0; at += next + 4)
        {
            BitConverter.GetBytes(@new).CopyTo(library, at + next);
        }
    }

    // The System V hash of the ELF specification.
    private static uint Hash(string name)
    {
        var hash = 0u;
        foreach (var letter in name)
        {
            hash = (hash << 4) + letter;
            var high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }

        return hash;
    }
}
