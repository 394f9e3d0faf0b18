using SuParDsl.Lab.Files;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Sweeps;

namespace SuParDsl.Lab.Reports;

/// <summary>The section of a report about one folder.</summary>
/// <param name="Title">The title.</param>
/// <param name="Figures">The folder's figures, as SVG.</param>
/// <param name="Texts">Its tables, as Markdown.</param>
/// <param name="Samples">Texts that its model has written: their names and contents.</param>
/// <param name="Files">Its configuration files: their names and contents.</param>
internal sealed record ReportSection(
    string Title, IReadOnlyList<string> Figures, IReadOnlyList<string> Texts, IReadOnlyList<(string Name, string Text)> Samples,
    IReadOnlyList<(string Name, string Text)> Files)
{
    private const string Advice = "remove it from the folder";

    // The kind of a folder is recognized by one file.
    private static readonly (string File, string Kind)[] Kinds =
        [("check.json", "Coordinate check"), ("sweep.json", "Sweep"), ("bench.json", "Benchmark"), ("config.json", "Run")];

    /// <summary>Reads a folder that <c>train</c>, <c>check</c>, <c>sweep</c> or <c>bench</c> has written.</summary>
    /// <exception cref="UserException">The folder is not one of these.</exception>
    public static ReportSection Read(string folder)
    {
        var (file, kind) = Kinds.FirstOrDefault(kind => File.Exists(Path.Combine(folder, kind.File)));
        if (file is null)
        {
            throw new UserException(
                $"{folder} is not the folder of a run, a check, a sweep or a benchmark: "
                + $"it has none of {string.Join(", ", Kinds.Select(static k => k.File))}{FolderKind.But(folder)}");
        }

        return new(
            $"{kind}: {FolderKind.NameOf(folder)}",
            All("*.svg", Figure), All("*.md", static path => TextFile.Read(path, "tables that the lab wrote", Advice)),
            Some([RunFolder.Sample], static path => TextFile.Read(path, "text that a model wrote", Advice)),
            Some(
                [file, SweepFolder.MachineFile, RunFolder.FileToRepeat],
                static path => JsonFile.Text(path, "what the lab wrote", Advice)));

        string[] All(string pattern, Func<string, string> read) =>
            [.. Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal).Select(read)];

        (string, string)[] Some(string[] names, Func<string, string> read) =>
        [
            .. names.Select(name => (Name: name, Path: Path.Combine(folder, name))).Where(static f => File.Exists(f.Path))
                .Select(f => (f.Name, read(f.Path))),
        ];
    }

    // The SVG is inserted into the page as it is, so that it must not contain scripts.
    private static string Figure(string path)
    {
        const string Expected = "a figure that the lab drew";
        var svg = TextFile.Read(path, Expected, Advice);
        return svg.StartsWith("<svg", StringComparison.Ordinal) && !svg.Contains("<script", StringComparison.OrdinalIgnoreCase)
            ? svg
            : throw new UserException($"{path} is {FileKind.Describe(path)}; it must be {Expected}, without scripts: {Advice}");
    }
}
