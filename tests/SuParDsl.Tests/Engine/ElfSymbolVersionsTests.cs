using System.Runtime.Versioning;
using System.Text;
using SuParDsl.Engine;

namespace SuParDsl.Tests.Engine;

/// <summary>Tests what is read from and changed in TorchSharp's native library.</summary>
[SupportedOSPlatform("linux")]
public class ElfSymbolVersionsTests
{
    private const string Other = "_ZNSt6locale7classicEv";

    private static readonly byte[] Library = File.ReadAllBytes(NativeLibraryFile.Path);

    private static (string, string) Missing => (OlderCxxCopy.MissingVersion, OlderCxxCopy.MissingSymbol);

    [Fact]
    public void Only_the_one_function_and_its_version_are_changed()
    {
        var copy = ElfSymbolVersions.Redirect(Library, Missing, ("GLIBCXX_3.4", Other));

        Assert.Equal(Library.Length, copy.Length);
        Assert.True(Contains(Library, OlderCxxCopy.MissingSymbol));
        Assert.False(Contains(copy, OlderCxxCopy.MissingSymbol));
        Assert.True(Contains(copy, Other));

        // Only the name, the version's hash and the offset of the version's name change.
        var changed = Enumerable.Range(0, copy.Length).Count(i => copy[i] != Library[i]);
        Assert.InRange(changed, 1, Other.Length + 1 + 8);
    }

    [Fact]
    public void A_second_copy_is_refused_as_the_version_is_no_longer_needed()
    {
        var copy = ElfSymbolVersions.Redirect(Library, Missing, ("GLIBCXX_3.4", Other));
        Assert.Throws<BadImageFormatException>(() => ElfSymbolVersions.Redirect(copy, Missing, ("GLIBCXX_3.4", Other)));
    }

    [Theory]
    [InlineData("GLIBCXX_3.4.32",
        "_ZSt21ios_base_library_init", "it needs functions of GLIBCXX_3.4.32 other than _ZSt21ios_base_library_init")]
    [InlineData("GLIBCXX_3.4", "_ZSt21ios_base_library_initv", "it needs functions of GLIBCXX_3.4 other than")]
    [InlineData("GLIBCXX_9.9", "_ZSt21ios_base_library_initv", "it does not need both GLIBCXX_9.9 and GLIBCXX_3.4")]
    public void Another_library_than_the_known_one_is_refused(string version, string symbol, string message) => Assert.Contains(
        message,
        Assert.Throws<BadImageFormatException>(() =>
            ElfSymbolVersions.Redirect(Library, (version, symbol), ("GLIBCXX_3.4", Other))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(63)]
    [InlineData(4096)]
    [InlineData(260_000)]
    public void A_cut_file_is_refused(int length) =>
        Assert.Throws<BadImageFormatException>(
            () => ElfSymbolVersions.Redirect(Library[..length], Missing, ("GLIBCXX_3.4", Other)));

    [Fact]
    public void A_file_for_another_kind_of_machine_is_refused()
    {
        var other = (byte[])Library.Clone();
        other[4] = 1; // 32 bits
        Assert.Contains(
            "not a 64-bit",
            Assert.Throws<BadImageFormatException>(
                () => ElfSymbolVersions.Redirect(other, Missing, ("GLIBCXX_3.4", Other))).Message);
    }

    [Fact]
    public void Random_damage_is_found_or_harmless()
    {
        var random = new Random(1);
        var head = Library.Length - (64 * 64); // the section headers stand at the end
        for (var round = 0; round < 300; round++)
        {
            var damaged = (byte[])Library.Clone();
            for (var i = 0; i < 8; i++)
            {
                var at = random.Next(3) switch
                {
                    0 => random.Next(64),
                    1 => random.Next(head, Library.Length),
                    _ => random.Next(262_144),
                };
                damaged[at] = (byte)random.Next(256);
            }

            try
            {
                Assert.Equal(damaged.Length, ElfSymbolVersions.Redirect(damaged, Missing, ("GLIBCXX_3.4", Other)).Length);
            }
            catch (BadImageFormatException)
            {
                // This exception is the only way to refuse a file.
            }
        }
    }

    private static bool Contains(byte[] file, string name) =>
        file.AsSpan().IndexOf(Encoding.ASCII.GetBytes("\0" + name + "\0")) >= 0;
}
