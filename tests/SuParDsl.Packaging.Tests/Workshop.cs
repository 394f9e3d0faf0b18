using SuParDsl.Processes;

namespace SuParDsl.Packaging.Tests;

/// <summary>A folder with a package feed, in which projects are built that reference only the packages.</summary>
public sealed class Workshop : IDisposable
{
    private readonly Folder folder = new();
    private readonly Task<string> package, again, all;
    private readonly Dictionary<string, string> environment;

    // Start the slow commands at once.
    public Workshop()
    {
        Directory.CreateDirectory(Feed);
        environment = new() { ["NUGET_PACKAGES"] = this["packages"] };
        var built = this["built"];
        package = Task.Run(() => Pack("src/SuParDsl", "SuParDsl", Feed, built));
        all = package.ContinueWith(
            done =>
            {
                Pack("src/SuParDsl.Lab", "SuParDsl.Lab", Feed, built);
                Pack("src/SuParDsl.Tool", "SuParDsl.Tool", Feed, built);
                return Pack("templates", "SuParDsl.Templates", Feed, built);
            },
            TaskContinuationOptions.OnlyOnRanToCompletion);
        again = Task.Run(() => Pack("src/SuParDsl", "SuParDsl", this["again"], this["built-again"]));

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

    /// <summary>The package of the templates. The feed then has those of the lab and of the tool, too.</summary>
    public string Templates => all.GetAwaiter().GetResult();

    /// <summary>The references that a project needs to compile and run with the package.</summary>
    public static string References =>
        Reference("SuParDsl", Version) + Reference("libtorch-cpu-linux-x64", Command.Metadata("LibTorchVersion"));

    /// <summary>The packages' version.</summary>
    public static string Version { get; } = Command.Metadata("Version");

    private string Feed => this["feed"];

    /// <summary>The output of a command that must succeed.</summary>
    public static string Succeed((int Code, string Output) run)
    {
        Assert.True(run.Code == 0, run.Output);
        return run.Output;
    }

    /// <summary>A path in the folder.</summary>
    public string this[string name] => folder[name];

    public void Dispose()
    {
        Task.WhenAll(package, again, all).ContinueWith(static _ => { }).Wait();
        folder.Dispose();
    }

    /// <summary>
    /// Runs the SDK in a folder below this one, with a separate package cache, because the user's may hold an older package
    /// of this version.
    /// </summary>
    public (int Code, string Output) Dotnet(string folder, params string[] arguments) => Command.Run(
        "dotnet", arguments, this[folder], environment).GetAwaiter().GetResult();

    /// <summary>Runs a command line of Bash in a folder below this one, with the tools of <c>tools</c> on PATH.</summary>
    public (int Code, string Output) Shell(string folder, string line) => Command.Run(
        "bash", ["-c", line], this[folder],
        new Dictionary<string, string>(environment)
        {
            ["PATH"] = $"{this["tools"]}:{Environment.GetEnvironmentVariable("PATH")}",
        }).GetAwaiter().GetResult();

    // Packs the project after building what it needs and what was not built for an earlier package.
    private string Pack(string project, string name, string into, string built)
    {
        var (code, output) = folder.Dotnet(
            RepositoryRoot.Path, "pack", project, "-c", "Release", "-o", into, "-p:Torch=cpu", "--artifacts-path", built,
            "-v", "quiet", "--nologo");
        Assert.True(code == 0, output);
        return Directory.GetFiles(into, $"{name}.{Version}.nupkg").Single();
    }

    private static string Reference(string package, string version) =>
        $"""<PackageReference Include="{package}" Version="{version}" />""";
}

/// <summary>The packages are built once for all tests of them.</summary>
[CollectionDefinition(nameof(Workshop))]
public sealed class WorkshopCollection : ICollectionFixture<Workshop>;
