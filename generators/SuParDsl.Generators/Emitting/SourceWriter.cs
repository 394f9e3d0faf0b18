using System.Runtime.CompilerServices;
using System.Text;

namespace SuParDsl.Generators.Emitting;

/// <summary>Writes lines with four spaces an indent and \n, on every machine.</summary>
internal sealed class SourceWriter
{
    /// <summary>The longest that a line should be.</summary>
    public const int Width = 130;

    private readonly StringBuilder text = new(capacity: 8192);
    private int indent;
    private int start;

    /// <summary>Starts a line, for its parts to be appended.</summary>
    public StringBuilder Start()
    {
        start = text.Length;
        return text.Append(' ', Column);
    }

    /// <summary>A line, as it is.</summary>
    public void Line([InterpolatedStringHandlerArgument("")] LineText line) => text.Append('\n');

    /// <summary>A line, as it is.</summary>
    public void Line(string line = "")
    {
        if (line.Length > 0)
        {
            Start().Append(line);
        }

        text.Append('\n');
    }

    /// <summary>A line of code, on several where it is long.</summary>
    public void Code([InterpolatedStringHandlerArgument("")] LineText line)
    {
        if (text.Length - start <= Width)
        {
            text.Append('\n');
            return;
        }

        var code = text.ToString(start + Column, text.Length - start - Column);
        text.Length = start;
        foreach (var (column, part) in LineBreaker.Break(Column, code))
        {
            text.Append(' ', column).Append(part).Append('\n');
        }
    }

    /// <summary>A line of code, on several where it is long.</summary>
    public void Code(string line) => Code($"{line}");

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
            Line($"{items[i]}{(i + 1 < items.Count ? "," : end)}");
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
        for (int first = 0, end; first <= xml.Length; first = end + 1)
        {
            end = xml.IndexOf('\n', first) is >= 0 and var found ? found : xml.Length;
            Start().Append("/// ").Append(xml, first, end - first).Append('\n');
        }
    }

    /// <summary>Appends a cell of a table, padded to a width.</summary>
    public void Cell(string cell, int width) => text.Append(cell).Append(' ', width - cell.Length);

    public override string ToString() => text.ToString();

    public static string Escape(string content) => content.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}
