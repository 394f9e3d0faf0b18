using System.Net;
using System.Text;
using SuParDsl.Lab.Files;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Sweeps;

namespace SuParDsl.Lab.Reports;

/// <summary>
/// A self-contained HTML page with the figures, tables and configuration of some folders, for light and dark themes.
/// </summary>
internal static class HtmlReport
{
    private const string Style = """
        :root { color-scheme: light dark; --ink: #1f2328; --paper: #ffffff; --line: #d8dee4; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --line: #2f353d; } }
        body { font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; color: var(--ink); background: var(--paper);
               max-width: 1100px; margin: 2rem auto; padding: 0 1rem; }
        figure { margin: 1rem 0; overflow-x: auto; }
        figure svg { max-width: 100%; height: auto; }
        .table { overflow-x: auto; }
        table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
        td, th { border-bottom: 1px solid var(--line); padding: 2px 10px; text-align: left; white-space: nowrap; }
        pre { overflow-x: auto; font-size: 12px; border: 1px solid var(--line); padding: 8px; border-radius: 6px; }
        circle:hover { stroke: var(--ink); stroke-width: 3; }
        nav a { margin-right: 1rem; }
        """;

    /// <summary>The page.</summary>
    public static string Of(string title, IReadOnlyList<ReportSection> sections)
    {
        var html = new StringBuilder();
        html.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                + "<link rel=\"icon\" href=\"data:,\">\n")
            .Append($"<title>{WebUtility.HtmlEncode(title)}</title>\n<style>\n{Style}\n</style>\n</head>\n")
            .Append($"<body>\n<h1>{WebUtility.HtmlEncode(title)}</h1>\n<nav>");
        foreach (var (i, section) in sections.Index())
        {
            html.Append($"<a href=\"#s{i}\">{WebUtility.HtmlEncode(section.Title)}</a>");
        }

        html.Append("</nav>\n");
        var figures = 0;
        foreach (var (i, section) in sections.Index())
        {
            html.Append($"<section id=\"s{i}\">\n<h2>{WebUtility.HtmlEncode(section.Title)}</h2>\n");
            foreach (var svg in section.Figures)
            {
                html.Append(Figure($"f{figures++}", svg));
            }

            section.Texts.ToList().ForEach(text => html.Append(MarkdownTables.ToHtml(text)));
            foreach (var (name, text) in section.Files)
            {
                html.Append($"<details><summary>{WebUtility.HtmlEncode(name)}</summary>")
                    .Append($"<pre>{WebUtility.HtmlEncode(text)}</pre></details>\n");
            }

            html.Append("</section>\n");
        }

        return html.Append("</body>\n</html>\n").ToString();
    }

    // Each figure has its own style sheet. Nesting it in a selector for the figure's id keeps it from applying to the others.
    private static string Figure(string id, string svg) =>
        $"<figure id=\"{id}\">\n"
        + svg.Replace("<style>", $"<style>#{id} {{", StringComparison.Ordinal)
            .Replace("</style>", "}</style>", StringComparison.Ordinal)
        + "</figure>\n";
}

/// <summary>The section of a report about one folder.</summary>
/// <param name="Title">The title.</param>
/// <param name="Figures">The folder's figures, as SVG.</param>
/// <param name="Texts">Its tables, as Markdown.</param>
/// <param name="Files">Its configuration files: their names and contents.</param>
internal sealed record ReportSection(
    string Title, IReadOnlyList<string> Figures, IReadOnlyList<string> Texts, IReadOnlyList<(string Name, string Text)> Files)
{
    private const string Advice = "remove it from the folder";

    // The kind of a folder is recognized by one file.
    private static readonly (string File, string Kind)[] Kinds =
        [("check.json", "Coordinate check"), ("sweep.json", "Sweep"), ("config.json", "Run")];

    /// <summary>Reads a folder that <c>train</c>, <c>check</c> or <c>sweep</c> has written.</summary>
    /// <exception cref="UserException">The folder is not one of these.</exception>
    public static ReportSection Read(string folder)
    {
        var (file, kind) = Kinds.FirstOrDefault(kind => File.Exists(Path.Combine(folder, kind.File)));
        if (file is null)
        {
            throw new UserException(
                $"{folder} is not the folder of a run, a check or a sweep: "
                + $"it has none of {string.Join(", ", Kinds.Select(static k => k.File))}{FolderKind.But(folder)}");
        }

        return new(
            $"{kind}: {Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))}",
            All("*.svg", Figure), All("*.md", static path => TextFile.Read(path, "tables that the lab wrote", Advice)),
            [.. new[] { file, SweepFolder.MachineFile, RunFolder.FileToRepeat }
                .Select(name => (Name: name, Path: Path.Combine(folder, name)))
                .Where(static f => File.Exists(f.Path))
                .Select(static f => (f.Name, JsonFile.Text(f.Path, "what the lab wrote", Advice)))]);

        string[] All(string pattern, Func<string, string> read) =>
            [.. Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal).Select(read)];
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
