using System.Net;
using System.Text;

namespace SuParDsl.Lab.Reports;

/// <summary>Converts the subset of Markdown that the lab writes to HTML: headings, lists, tables and paragraphs.</summary>
internal static class MarkdownTables
{
    /// <summary>The HTML of a text.</summary>
    public static string ToHtml(string markdown)
    {
        var html = new StringBuilder();
        var open = string.Empty;
        foreach (var line in markdown.Split('\n'))
        {
            var kind = line switch
            {
                ['|', ..] => "table",
                ['-', ' ', ..] => "ul",
                _ => string.Empty,
            };
            var isFirst = kind != open;
            if (isFirst)
            {
                html.Append(Close(open))
                    .Append(kind switch { "table" => "<div class=\"table\"><table>\n", "ul" => "<ul>\n", _ => string.Empty });
                open = kind;
            }

            html.Append(kind switch
            {
                "table" => Row(line, isFirst ? "th" : "td"),
                "ul" => $"<li>{WebUtility.HtmlEncode(line[2..])}</li>\n",
                _ => Block(line),
            });
        }

        return html.Append(Close(open)).ToString();
    }

    private static string Row(string line, string cell)
    {
        var cells = line.Trim('|').Split('|').Select(static text => text.Trim()).ToList();
        return cells.All(static text => text.Length > 0 && text.All(static c => c == '-'))
            ? string.Empty
            : $"<tr>{string.Concat(cells.Select(text => $"<{cell}>{WebUtility.HtmlEncode(text)}</{cell}>"))}</tr>\n";
    }

    private static string Block(string line)
    {
        var level = line.TakeWhile(static c => c == '#').Count();
        return line.Length == 0
            ? string.Empty
            : level == 0 ? $"<p>{WebUtility.HtmlEncode(line)}</p>\n"
            : $"<h{level + 2}>{WebUtility.HtmlEncode(line[level..].Trim())}</h{level + 2}>\n";
    }

    private static string Close(string kind) =>
        kind switch { "table" => "</table></div>\n", "ul" => "</ul>\n", _ => string.Empty };
}
