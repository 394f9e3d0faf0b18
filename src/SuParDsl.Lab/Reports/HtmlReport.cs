using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using SuParDsl.Lab.Charts;

namespace SuParDsl.Lab.Reports;

/// <summary>
/// A self-contained HTML page with the figures, tables and configuration of some folders, for light and dark themes and for wide
/// and narrow screens.
/// </summary>
internal static partial class HtmlReport
{
    // Letters of a figure are not drawn smaller than this. A figure that has no room is scrolled.
    private const double SmallestLetter = 10;

    private const string Style = """
        :root { color-scheme: light dark; --ink: #1f2328; --paper: #ffffff; --line: #d8dee4; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --line: #2f353d; } }
        * { box-sizing: border-box; }
        body { font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; color: var(--ink);
               background: var(--paper); max-width: 1100px; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
        figure { margin: 1rem 0; overflow-x: auto; }
        figure svg { max-width: 100%; height: auto; }
        .curves { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); gap: 0 1rem; }
        .table { overflow-x: auto; }
        table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
        td, th { border-bottom: 1px solid var(--line); padding: 2px 10px; text-align: left; white-space: nowrap;
                 overflow-wrap: normal; }
        .runs td:first-child, .runs th:first-child { position: sticky; left: 0; background: var(--paper); padding-left: 0;
               white-space: normal; overflow-wrap: anywhere; min-width: 8rem; }
        .key { display: inline-block; width: 18px; border-top: 3px solid; margin-right: 6px; vertical-align: middle; }
        pre { overflow-x: auto; font-size: 12px; border: 1px solid var(--line); padding: 8px; border-radius: 6px;
              overflow-wrap: normal; }
        pre.text { white-space: pre-wrap; overflow-wrap: anywhere; }
        circle:hover { stroke: var(--ink); stroke-width: 3; }
        nav a { margin-right: 1rem; }
        """;

    /// <summary>The page.</summary>
    /// <param name="title">The title.</param>
    /// <param name="runs">The runs to compare.</param>
    /// <param name="compared">The figures that compare the runs.</param>
    /// <param name="sections">The folders.</param>
    public static string Of(
        string title, IReadOnlyList<ReportRun> runs, IReadOnlyList<PanelFigure> compared, IReadOnlyList<ReportSection> sections)
    {
        var html = new StringBuilder();
        html.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                + "<link rel=\"icon\" href=\"data:,\">\n")
            .Append($"<title>{WebUtility.HtmlEncode(title)}</title>\n")
            .Append($"<style>\n{Style}\n{PanelStyle.Keys(runs.Count, runs.Count == 2)}</style>\n</head>\n")
            .Append($"<body>\n<h1>{WebUtility.HtmlEncode(title)}</h1>\n<nav>");
        foreach (var (i, section) in sections.Index())
        {
            html.Append($"<a href=\"#s{i}\">{WebUtility.HtmlEncode(section.Title)}</a> ");
        }

        html.Append("</nav>\n");
        var figures = 0;
        if (runs.Count > 0)
        {
            html.Append("<section id=\"runs\">\n<h2>Runs</h2>\n").Append(Table(runs)).Append("<div class=\"curves\">\n");
            foreach (var figure in compared)
            {
                html.Append(Figure($"f{figures++}", figure.ToSvg()));
            }

            html.Append("</div>\n</section>\n");
        }

        foreach (var (i, section) in sections.Index())
        {
            html.Append($"<section id=\"s{i}\">\n<h2>{WebUtility.HtmlEncode(section.Title)}</h2>\n");
            foreach (var svg in section.Figures)
            {
                html.Append(Figure($"f{figures++}", svg));
            }

            section.Texts.ToList().ForEach(text => html.Append(MarkdownTables.ToHtml(text)));
            foreach (var (name, text) in section.Samples)
            {
                html.Append($"<details open><summary>{WebUtility.HtmlEncode(name)}</summary>")
                    .Append($"<pre class=\"text\">{WebUtility.HtmlEncode(text)}</pre></details>\n");
            }

            foreach (var (name, text) in section.Files)
            {
                html.Append($"<details><summary>{WebUtility.HtmlEncode(name)}</summary>")
                    .Append($"<pre>{WebUtility.HtmlEncode(text)}</pre></details>\n");
            }

            html.Append("</section>\n");
        }

        return html.Append("</body>\n</html>\n").ToString();
    }

    private static string Table(IReadOnlyList<ReportRun> runs)
    {
        var html = new StringBuilder("<div class=\"table runs\"><table>\n<tr>");
        foreach (var name in RunComparison.Header(runs))
        {
            html.Append($"<th>{WebUtility.HtmlEncode(name)}</th>");
        }

        html.Append("</tr>\n");
        foreach (var (i, row) in RunComparison.Rows(runs).Index())
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td><span class=\"key k{i}\"></span>")
                .Append($"{WebUtility.HtmlEncode(row[0])}</td>");
            foreach (var cell in row.Skip(1))
            {
                html.Append($"<td>{WebUtility.HtmlEncode(cell)}</td>");
            }

            html.Append("</tr>\n");
        }

        return html.Append("</table></div>\n").ToString();
    }

    // Each figure has its own style sheet. Nesting it in a selector for the figure's id keeps it from applying to the others.
    private static string Figure(string id, string svg)
    {
        var (width, letter) = (Width().Match(svg), Letter().Match(svg));
        var scale = letter.Success ? Math.Min(1, SmallestLetter / Number(letter)) : 1;
        var least = width.Success
            ? string.Create(CultureInfo.InvariantCulture, $" style=\"min-width: {Number(width) * scale:F0}px\"") : string.Empty;
        return $"<figure id=\"{id}\">\n"
            + svg.Insert("<svg".Length, least)
                .Replace("<style>", $"<style>#{id} {{", StringComparison.Ordinal)
                .Replace("</style>", "}</style>", StringComparison.Ordinal)
            + "</figure>\n";
    }

    private static double Number(Match match) => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^<svg [^>]*\swidth=""([0-9.]+)""")]
    private static partial Regex Width();

    [GeneratedRegex(@"text {[^}]*font-size: ([0-9.]+)px")]
    private static partial Regex Letter();
}
