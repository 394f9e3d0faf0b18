using Spectre.Console;

namespace SuParDsl.Lab.Text;

/// <summary>A table for terminals and for Markdown.</summary>
/// <param name="Headers">The names of the columns.</param>
/// <param name="Rows">The cells.</param>
internal sealed record TextTable(IReadOnlyList<string> Headers, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>Prints the table: with borders on a terminal, in aligned columns otherwise.</summary>
    /// <param name="output">The output for plain lines.</param>
    /// <param name="terminal">The terminal; null for plain lines.</param>
    public void Print(TextWriter output, IAnsiConsole? terminal)
    {
        if (terminal is null)
        {
            output.Write(ToString());
            return;
        }

        var table = new Table().RoundedBorder();
        table.AddColumns([.. Headers.Select(static header => new TableColumn(new Markup($"[bold]{Markup.Escape(header)}[/]")))]);
        foreach (var row in Rows)
        {
            table.AddRow(row.Select(static cell => new Spectre.Console.Text(cell)));
        }

        terminal.Write(table);
    }

    /// <summary>The table in aligned columns.</summary>
    public override string ToString()
    {
        var all = Rows.Prepend(Headers).ToList();
        var widths = Enumerable.Range(0, Headers.Count).Select(column => all.Max(row => row[column].Length)).ToArray();
        return string.Concat(
            all.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd() + "\n"));
    }

    /// <summary>The table in Markdown.</summary>
    public string ToMarkdown() => string.Concat(Rows.Prepend(Headers.Select(static _ => "---").ToList()).Prepend(Headers)
        .Select(static row =>
            "| " + string.Join(" | ", row.Select(static cell => cell.Replace("|", "\\|", StringComparison.Ordinal))) + " |\n"));
}
