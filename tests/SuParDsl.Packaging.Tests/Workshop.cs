using SuParDsl.Processes;

namespace SuParDsl.Packaging.Tests;

/// <summary>A folder with a package feed, in which projects are built that reference only the packages.</summary>
public sealed class Workshop : IDisposable
{
    private readonly Folder folder = new();
    private readonly Task<string> package, again, templates;

    // Start all slow commands at once.
    public Workshop()
    {
        Directory.CreateDirectory(Feed);
        package = Task.Run(() => Pack("src/SuParDsl", Feed));
        templates = Task.Run(() => Pack("templates", Feed));
        again = Task.Run(() => Pack("src/SuParDsl", this["again"]));

        // Other packages are read from the folder of this repository's restore, because libtorch alone has half a gigabyte.
        File.WriteAllText(this["nuget.config"], $"""
            <configuration>
              <fallbackPackageFolders><add key="restored" value="{Command.Metadata("PackageCache")}" /></fallbackPackageFolders>
              <packageSources><add key="packed" value="{Feed}" /></packageSources>
            </configuration>
            """);
    }

    /// <summary>The package of the library.</summary>
    public string Package => package.GetAwaiter().GetResult();

    /// <summary>The package of the library, packed a second time.</summary>
    public string PackedAgain => again.GetAwaiter().GetResult();

    /// <summary>The package of the templates.</summary>
    public string Templates => templates.GetAwaiter().GetResult();

    /// <summary>The references that a project needs to compile and run with the package.</summary>
    public static string References =>
        Reference("SuParDsl", Version) + Reference("libtorch-cpu-linux-x64", Command.Metadata("LibTorchVersion"));

    /// <summary>The packages' version.</summary>
    public static string Version { get; } = Command.Metadata("Version");

    private string Feed => this["feed"];

    /// <summary>A path in the folder.</summary>
    public string this[string name] => folder[name];

    public void Dispose()
    {
        Task.WhenAll(package, again, templates).ContinueWith(static _ => { }).Wait();
        folder.Dispose();
    }

    /// <summary>
    /// Runs the SDK in a folder below this one, with a separate package cache, because the user's may hold an older package
    /// of this version.
    /// </summary>
    public (int Code, string Output) Dotnet(string folder, params string[] arguments) => Command.Run(
        "dotnet", arguments, this[folder], new Dictionary<string, string> { ["NUGET_PACKAGES"] = this["packages"] })
        .GetAwaiter().GetResult();

    // Packs the project after building everything that it needs again.
    private string Pack(string project, string into)
    {
        var built = this["built-" + Guid.NewGuid().ToString("N")];
        var (code, output) = folder.Dotnet(
            RepositoryRoot.Path, "pack", project, "-c", "Release", "-o", into, "-p:Torch=cpu", "--artifacts-path", built,
            "-v", "quiet", "--nologo");
        Assert.True(code == 0, output);
        Directory.Delete(built, recursive: true);
        return Directory.GetFiles(into, $"{(project == "templates" ? "SuParDsl.Templates" : "SuParDsl")}.{Version}.nupkg")
            .Single();
    }

    private static string Reference(string package, string version) =>
        $"""<PackageReference Include="{package}" Version="{version}" />""";
}

/// <summary>The packages are built once for all tests of them.</summary>
[CollectionDefinition(nameof(Workshop))]
public sealed class WorkshopCollection : ICollectionFixture<Workshop>;
