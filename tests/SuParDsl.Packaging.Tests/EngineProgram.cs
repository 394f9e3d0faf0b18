using SuParDsl.Processes;

namespace SuParDsl.Packaging.Tests;

/// <summary>
/// A program that references only the package and computes with TorchSharp. It is published in every form.
/// </summary>
/// <param name="workshop">The workshop in which it is built.</param>
/// <param name="folder">Its folder there.</param>
/// <param name="references">The references of its project; null for the package and libtorch.</param>
internal sealed class EngineProgram(Workshop workshop, string folder, string? references = null)
{
    // The first call is TorchSharp's own, before any of this library's.
    private const string Program = """
        var x = TorchSharp.torch.ones(3);
        System.Console.WriteLine("sum " + x.sum().ToSingle());
        System.Console.WriteLine(SuParDsl.Engine.EngineInfo.Read().NativeLibrary);
        """;

    /// <summary>A path in the program's folder.</summary>
    public string this[string name] => workshop[$"{folder}/{name}"];

    /// <summary>Publishes the program.</summary>
    /// <returns>Its assembly.</returns>
    public string Publish(string into, params string[] options)
    {
        Assert.True(File.Exists(workshop.Package));
        Directory.CreateDirectory(workshop[folder]);
        File.WriteAllText(this["loads.csproj"], $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
              </PropertyGroup>
              <ItemGroup>{references ?? Workshop.References}</ItemGroup>
            </Project>
            """);
        File.WriteAllText(this["Program.cs"], Program);
        var (code, output) = workshop.Dotnet(
            folder, ["publish", "loads.csproj", "-c", "Release", "-o", this[into], "--nologo", "-v", "quiet", .. options]);
        Assert.True(code == 0, output);
        return Path.Combine(this[into], "loads.dll");
    }

    /// <summary>The environment that makes the program keep its copy of the native library in a folder.</summary>
    public static Dictionary<string, string> Cache(string folder) => new() { ["XDG_CACHE_HOME"] = folder };

    /// <summary>Checks that the program has computed its result.</summary>
    public static void AssertRan((int Code, string Output) run)
    {
        Assert.True(run.Code == 0, run.Output);
        Assert.StartsWith("sum 3\n", run.Output, StringComparison.Ordinal);
    }

    /// <summary>Checks that nothing was copied. TorchSharp's own loader would copy 478 MiB into a folder 'cpu'.</summary>
    public static void AssertNothingCopied(string program) =>
        Assert.False(Directory.Exists(Path.Combine(Path.GetDirectoryName(program)!, "cpu")));
}
