using System.Text;

namespace SuParDsl.Generators.Emitting;

/// <summary>Writes lines with four spaces an indent and \n, on every machine.</summary>
internal sealed class SourceWriter
{
    /// <summary>The longest that a line should be.</summary>
    public const int Width = 130;

    private readonly StringBuilder text = new();
    private int indent;

    /// <summary>A line, as it is.</summary>
    public void Line(string line = "")
    {
        if (line.Length > 0)
        {
            text.Append(' ', Column).Append(line);
        }

        text.Append('\n');
    }

    /// <summary>A line of code, on several where it is long.</summary>
    public void Code(string line)
    {
        if (Fits(line))
        {
            Line(line);
            return;
        }

        foreach (var (column, part) in LineBreaker.Break(Column, line))
        {
            text.Append(' ', column).Append(part).Append('\n');
        }
    }

    public void Open(string header = "")
    {
        if (header.Length > 0)
        {
            Code(header);
        }

        Line("{");
        indent++;
    }

    public void Close()
    {
        indent--;
        Line("}");
    }

    /// <summary>A preprocessor directive, which stands at the margin.</summary>
    public void Directive(string directive) => text.Append(directive).Append('\n');

    /// <summary>Lines that continue a statement.</summary>
    public void Continued(Action write)
    {
        indent++;
        write();
        indent--;
    }

    /// <summary>Items on lines of their own, with commas between them and an end behind the last.</summary>
    public void List(IReadOnlyList<string> items, string end) => Continued(() =>
    {
        for (var i = 0; i < items.Count; i++)
        {
            Line(items[i] + (i + 1 < items.Count ? "," : end));
        }
    });

    /// <summary>A doc comment; the text is plain.</summary>
    public void Doc(string tag, string content) => Line($"/// <{tag}>{Escape(content)}</{tag}>");

    public bool Fits(string line) => Column + line.Length <= Width;

    /// <summary>Where a line starts.</summary>
    public int Column => indent * 4;

    /// <summary>Lines of a doc comment.</summary>
    public void DocLines(string xml)
    {
        foreach (var line in xml.Split('\n'))
        {
            Line("/// " + line);
        }
    }

    public override string ToString() => text.ToString();

    public static string Escape(string content) => content.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}
