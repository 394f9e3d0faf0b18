namespace SuParDsl.Generators.Tests.Structure;

/// <summary>
/// C# is written in one folder: what the parser finds is handed over as values, and only the emitters turn it into code.
/// </summary>
public sealed class EmissionTests
{
    private const string Emitted = "global::";

    [Fact]
    public void Only_the_emitters_write_names_in_full()
    {
        var folder = RepositoryRoot.File("generators/SuParDsl.Generators");
        var files = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Where(static file => file.Split('/')[0] is not ("bin" or "obj"))
            .Where(file => File.ReadAllText(Path.Combine(folder, file)).Contains(Emitted, StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(files);
        Assert.All(files, static file => Assert.StartsWith("Emitting/", file, StringComparison.Ordinal));
    }
}
