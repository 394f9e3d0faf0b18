using SuParDsl.Processes;

namespace SuParDsl.Packaging.Tests;

/// <summary>A folder of its own with a package feed, where projects are made that know the packages alone.</summary>
public sealed class Workshop : IDisposable
{
    private readonly Folder folder = new();
    private readonly Task<string> package, again, templates, other;

    // All that takes long starts at once.
    public Workshop()
    {
        Directory.CreateDirectory(Feed);
        package = Task.Run(() => Pack("src/SuParDsl", Feed, Torch));
        templates = Task.Run(() => Pack("templates", Feed, Torch));
        again = Task.Run(() => Pack("src/SuParDsl", this["again"], Torch));
        other = Other is { } engine ? Task.Run(() => Pack("src/SuParDsl", this["other"], engine)) : Task.FromResult(string.Empty);
        File.WriteAllText(this["nuget.config"], $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{this["packages"]}" /></config>
              <packageSources>{(Torch == "system" ? "<clear />" : string.Empty)}<add key="packed" value="{Feed}" /></packageSources>
            </configuration>
            """);
    }

    /// <summary>The engine that the package is made for.</summary>
    public static string Torch { get; } = Command.Metadata("Torch");

    /// <summary>The engine that the package can be made for besides, though it need not run here; null where the feed has none.</summary>
    public static string? Other => Torch != "system" ? "system" : Command.Metadata("HasTorchSharp") == "true" ? "cpu" : null;

    /// <summary>The package of the library, for the engine here.</summary>
    public string Package => package.GetAwaiter().GetResult();

    /// <summary>The same, packed a second time.</summary>
    public string PackedAgain => again.GetAwaiter().GetResult();

    /// <summary>The package of the library, for <see cref="Other"/>.</summary>
    public string OtherPackage => other.GetAwaiter().GetResult();

    /// <summary>The package of the templates.</summary>
    public string Templates => templates.GetAwaiter().GetResult();

    /// <summary>Where the native file is compiled, once for every project.</summary>
    public string NativeFolder => $"-p:SuParTorchFolder={this["native"]}/";

    /// <summary>What a project needs to compile and run with the package.</summary>
    public static string References => Torch == "system"
        ? Reference("SuParDsl.System", Version)
        : Reference("SuParDsl", Version) + Reference("libtorch-cpu-linux-x64", Command.Metadata("LibTorchVersion"));

    /// <summary>The packages' version.</summary>
    public static string Version { get; } = Command.Metadata("Version");

    private string Feed => this["feed"];

    /// <summary>A path in the folder.</summary>
    public string this[string name] => folder[name];

    public void Dispose()
    {
        Task.WhenAll(package, again, templates, other).ContinueWith(static _ => { }).Wait();
        folder.Dispose();
    }

    /// <summary>The package's name.</summary>
    public static string NameFor(string engine) => engine == "system" ? "SuParDsl.System" : "SuParDsl";

    /// <summary>Runs the SDK in a folder of this one.</summary>
    public (int Code, string Output) Dotnet(string folder, params string[] arguments) => this.folder.Dotnet(folder, arguments);

    // With everything that the project needs built anew.
    private string Pack(string project, string into, string engine)
    {
        var built = this["built-" + Guid.NewGuid().ToString("N")];
        var (code, output) = folder.Dotnet(
            Folder.Repository, "pack", project, "-c", "Release", "-o", into, "-p:Torch=" + engine, "--artifacts-path", built,
            "-v", "quiet", "--nologo");
        Assert.True(code == 0, output);
        Directory.Delete(built, recursive: true);
        return Directory.GetFiles(into, $"{(project == "templates" ? "SuParDsl.Templates" : NameFor(engine))}.{Version}.nupkg").Single();
    }

    private static string Reference(string package, string version) => $"""<PackageReference Include="{package}" Version="{version}" />""";
}

/// <summary>The packages are made once for all tests of them.</summary>
[CollectionDefinition(nameof(Workshop))]
public sealed class WorkshopCollection : ICollectionFixture<Workshop>;
