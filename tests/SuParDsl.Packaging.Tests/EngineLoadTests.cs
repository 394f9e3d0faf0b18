using System.Security.Cryptography;
using SuParDsl.Processes;

namespace SuParDsl.Packaging.Tests;

/// <summary>
/// A program that uses the package finds TorchSharp's native library in every form in which it can be published.
/// </summary>
[Collection(nameof(Workshop))]
public sealed class EngineLoadTests(Workshop workshop)
{
    private readonly EngineProgram program = new(workshop, "loads");

    [Fact]
    public async Task It_loads_however_the_program_is_published_and_by_many_processes_at_once()
    {
        var built = program.Publish("built");
        var cache = program["cache"];
        var packaged = Packaged();
        Assert.NotEmpty(packaged);
        var atOnce = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Command.Run("dotnet", [built], "", EngineProgram.Cache(cache))));
        Assert.All(atOnce, EngineProgram.AssertRan);
        EngineProgram.AssertNothingCopied(built);
        Assert.Equal(packaged, Packaged());

        // Only a system with an older C++ library has a copy, which all processes share. A modified copy is not loaded but
        // replaced.
        if (Directory.Exists(cache))
        {
            var copy = Assert.Single(Directory.GetFiles(cache, "*", SearchOption.AllDirectories));
            var content = File.ReadAllBytes(copy);
            File.WriteAllBytes(copy, [.. content[..^1], (byte)~content[^1]]);
            EngineProgram.AssertRan(await Command.Run("dotnet", [built], "", EngineProgram.Cache(cache)));
            Assert.Equal(content, File.ReadAllBytes(copy));
        }

        // A cache below a file can never be written.
        var withoutCache = await Command.Run("dotnet", [built], "", EngineProgram.Cache(built));
        EngineProgram.AssertRan(withoutCache);

        var single = program.Publish("single", "-r", "linux-x64", "--self-contained", "false", "-p:PublishSingleFile=true");
        EngineProgram.AssertRan(await Command.Run(Path.ChangeExtension(single, null), [], "", EngineProgram.Cache(cache)));
        var extracted = program.Publish(
            "extracted", "-r", "linux-x64", "--self-contained", "false", "-p:PublishSingleFile=true",
            "-p:IncludeNativeLibrariesForSelfExtract=true");
        EngineProgram.AssertRan(await Command.Run(
            Path.ChangeExtension(extracted, null), [], "",
            EngineProgram.Cache(cache).Append(new("DOTNET_BUNDLE_EXTRACT_BASE_DIR", program["bundle"]))));
    }

    [RuntimePackFact]
    public async Task It_loads_in_a_self_contained_program()
    {
        var published = program.Publish("contained", "-r", "linux-x64", "--self-contained", "true");
        EngineProgram.AssertRan(
            await Command.Run(Path.ChangeExtension(published, null), [], "", EngineProgram.Cache(program["cache"])));
        EngineProgram.AssertNothingCopied(published);
    }

    private static string[] Packaged() =>
    [
        .. Directory.GetFiles(Path.Combine(Command.Metadata("PackageCache"), "torchsharp"), "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(static file => $"{file} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}"),
    ];
}
