using System.Diagnostics;
using System.Reflection;

namespace SuParDsl.Packaging.Tests;

/// <summary>A folder of its own with a package feed, where projects are made that know the packages alone.</summary>
public sealed class Workshop : IDisposable
{
    public Workshop()
    {
        Directory.CreateDirectory(Feed);
        Package = Pack("src/SuParDsl", "feed");
        Templates = Pack("templates", "feed");
        File.WriteAllText(this["nuget.config"], $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{this["packages"]}" /></config>
              <packageSources>{(Torch == "system" ? "<clear />" : string.Empty)}<add key="packed" value="{Feed}" /></packageSources>
            </configuration>
            """);
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("supardsl-packages-").FullName;

    /// <summary>The engine that the package is made for.</summary>
    public static string Torch { get; } = Metadata("Torch");

    /// <summary>The package's name.</summary>
    public static string PackageName => Torch == "system" ? "SuParDsl.System" : "SuParDsl";

    /// <summary>The package of the library.</summary>
    public string Package { get; }

    /// <summary>The package of the templates.</summary>
    public string Templates { get; }

    /// <summary>What a project needs to compile and run with the package.</summary>
    public static string References => Torch == "system"
        ? """<PackageReference Include="SuParDsl.System" Version="0.1.0" />"""
        : $"""<PackageReference Include="SuParDsl" Version="0.1.0" /><PackageReference Include="libtorch-cpu-linux-x64" Version="{Metadata("LibTorchVersion")}" />""";

    private string Feed => this["feed"];

    /// <summary>A path in the folder.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>Packs a project of the repository, with everything that it needs built anew.</summary>
    /// <returns>The package.</returns>
    public string Pack(string project, string into)
    {
        var built = this["built-" + Guid.NewGuid().ToString("N")];
        var (code, output) = Run(
            Metadata("Repository"), "dotnet", "pack", project, "-c", "Release", "-o", this[into], "--artifacts-path", built, "-v", "quiet", "--nologo");
        Assert.True(code == 0, output);
        Directory.Delete(built, recursive: true);
        return Directory.GetFiles(this[into], project == "templates" ? "SuParDsl.Templates.*.nupkg" : PackageName + ".0*.nupkg").Single();
    }

    /// <summary>Runs the SDK in a folder of this one.</summary>
    public (int Code, string Output) Dotnet(string folder, params string[] arguments) => Run(this[folder], "dotnet", arguments);

    // A libtorch that was named to setup.sh is the projects', too.
    private (int Code, string Output) Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        if (Metadata("LIBTORCH") is { Length: > 0 } libtorch)
        {
            start.Environment["LIBTORCH"] = libtorch;
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    private static string Metadata(string key) =>
        typeof(Workshop).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value ?? string.Empty;
}
