using System.Text;

namespace SuParDsl.Generators.Emitting;

/// <summary>Writes lines with four spaces an indent and \n, on every machine.</summary>
internal sealed class SourceWriter
{
    private readonly StringBuilder text = new();
    private int indent;

    public void Line(string line = "")
    {
        if (line.Length > 0)
        {
            text.Append(' ', indent * 4).Append(line);
        }

        text.Append('\n');
    }

    public void Open(string header = "")
    {
        if (header.Length > 0)
        {
            Line(header);
        }

        Line("{");
        indent++;
    }

    public void Close()
    {
        indent--;
        Line("}");
    }

    /// <summary>Lines that continue a statement.</summary>
    public void Continued(Action write)
    {
        indent++;
        write();
        indent--;
    }

    /// <summary>A doc comment; the text is plain.</summary>
    public void Doc(string tag, string content) => Line($"/// <{tag}>{Escape(content)}</{tag}>");

    public override string ToString() => text.ToString();

    private static string Escape(string content) => content.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}
