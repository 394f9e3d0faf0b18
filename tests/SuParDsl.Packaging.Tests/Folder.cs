using SuParDsl.Processes;

namespace SuParDsl.Packaging.Tests;

/// <summary>A temporary folder in which the SDK runs.</summary>
public sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("supardsl-packages-").FullName;

    /// <summary>A path in the folder.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>Runs the SDK in a folder below this one, or in any other.</summary>
    public (int Code, string Output) Dotnet(string folder, params string[] arguments) =>
        Command.Run("dotnet", arguments, this[folder]).GetAwaiter().GetResult();
}
