using SuParDsl.Processes;

namespace SuParDsl.Packaging.Tests;

/// <summary>A program with the package finds TorchSharp's native library in every form in which it can be published.</summary>
[Collection(nameof(Workshop))]
public sealed class EngineLoadTests(Workshop workshop)
{
    private const string Folder = "loads";

    // The first call is TorchSharp's own, before any of this library's.
    private const string Program = """
        var x = TorchSharp.torch.ones(3);
        System.Console.WriteLine("sum " + x.sum().ToSingle());
        System.Console.WriteLine(SuParDsl.Engine.EngineInfo.Read().NativeLibrary);
        """;

    [Fact]
    public async Task It_loads_however_the_program_is_published_and_by_many_processes_at_once()
    {
        Make("");
        var built = Publish("built");
        var cache = workshop[Folder + "/cache"];
        var atOnce = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Command.Run("dotnet", [built], "", Cache(cache))));
        Assert.All(atOnce, AssertRan);
        AssertNothingCopied(built);

        // Only a system with an older C++ library has a copy, one for all processes. A changed one is not loaded but replaced.
        if (Directory.Exists(cache))
        {
            var copy = Assert.Single(Directory.GetFiles(cache, "*", SearchOption.AllDirectories));
            var content = File.ReadAllBytes(copy);
            File.WriteAllBytes(copy, [.. content[..^1], (byte)~content[^1]]);
            AssertRan(await Command.Run("dotnet", [built], "", Cache(cache)));
            Assert.Equal(content, File.ReadAllBytes(copy));
        }

        // A cache below a file can never be written.
        var withoutCache = await Command.Run("dotnet", [built], "", Cache(built));
        AssertRan(withoutCache);

        var single = Publish("single", "-r", "linux-x64", "--self-contained", "false", "-p:PublishSingleFile=true");
        AssertRan(await Command.Run(Path.ChangeExtension(single, null), [], "", Cache(cache)));
        var extracted = Publish(
            "extracted", "-r", "linux-x64", "--self-contained", "false", "-p:PublishSingleFile=true", "-p:IncludeNativeLibrariesForSelfExtract=true");
        AssertRan(await Command.Run(
            Path.ChangeExtension(extracted, null), [], "", Cache(cache).Append(new("DOTNET_BUNDLE_EXTRACT_BASE_DIR", workshop[Folder + "/bundle"]))));
    }

    [Fact]
    public async Task A_project_without_libtorch_is_told_what_to_reference()
    {
        var references = Workshop.References;
        Make("", references[..references.IndexOf("<PackageReference Include=\"libtorch", StringComparison.Ordinal)]);
        var built = Publish("without");
        var (code, output) = await Command.Run("dotnet", [built], "", new Dictionary<string, string> { ["LD_LIBRARY_PATH"] = workshop[Folder] });
        Assert.NotEqual(0, code);
        Assert.Matches("EngineException: (libtorch_cpu|libc10)\\.so (is in none of the program's folders|is libtorch)|EngineException: libLibTorchSharp\\.so needs the function", output);
        Assert.Contains("reference ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Consider referencing one of the combination packages", output, StringComparison.Ordinal);
        AssertNothingCopied(built);
    }

    private static void AssertRan((int Code, string Output) run)
    {
        Assert.True(run.Code == 0, run.Output);
        Assert.StartsWith("sum 3\n", run.Output, StringComparison.Ordinal);
    }

    // TorchSharp's own loader would copy 478 MiB into a folder 'cpu'.
    private static void AssertNothingCopied(string program) => Assert.False(Directory.Exists(Path.Combine(Path.GetDirectoryName(program)!, "cpu")));

    private static Dictionary<string, string> Cache(string folder) => new() { ["XDG_CACHE_HOME"] = folder };

    private void Make(string more, string? references = null)
    {
        Assert.True(File.Exists(workshop.Package));
        Directory.CreateDirectory(workshop[Folder]);
        File.WriteAllText(workshop[Folder + "/loads.csproj"], $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                {more}
              </PropertyGroup>
              <ItemGroup>{references ?? Workshop.References}</ItemGroup>
            </Project>
            """);
        File.WriteAllText(workshop[Folder + "/Program.cs"], Program);
    }

    private string Publish(string into, params string[] options)
    {
        var folder = workshop[$"{Folder}/{into}"];
        var (code, output) = workshop.Dotnet(Folder, ["publish", "loads.csproj", "-c", "Release", "-o", folder, "--nologo", "-v", "quiet", .. options]);
        Assert.True(code == 0, output);
        return Path.Combine(folder, "loads.dll");
    }
}
