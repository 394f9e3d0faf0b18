using System.Diagnostics;
using System.Reflection;

namespace SuParDsl.Packaging.Tests;

/// <summary>A temporary folder in which the SDK runs.</summary>
public sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("supardsl-packages-").FullName;

    public static string Repository => Metadata("Repository");

    /// <summary>A path in the folder.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>What the project file told the tests.</summary>
    public static string Metadata(string key) =>
        typeof(Folder).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value ?? string.Empty;

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>Runs the SDK in a folder of this one, or anywhere.</summary>
    public (int Code, string Output) Dotnet(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = this[folder], RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";

        // A libtorch that was named to setup.sh is the projects', too.
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
}
