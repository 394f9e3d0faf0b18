using Spectre.Console;
using SuParDsl.Lab.Text;

namespace SuParDsl.Lab.Tests.Text;

public sealed class TerminalTests
{
    private static readonly TextTable Table = new(["layer", "slope"], [["a [b]", "0.10"], ["c", "-1.25"]]);

    [Fact]
    public void A_table_is_plain_columns_without_a_terminal()
    {
        using var output = new StringWriter();
        Table.Print(output, terminal: null);
        Assert.Equal("layer  slope\na [b]  0.10\nc      -1.25\n", output.ToString());
        Assert.Null(Terminal.Of(output));
    }

    [Fact]
    public void A_table_has_borders_on_a_terminal()
    {
        using var screen = new StringWriter();
        Table.Print(TextWriter.Null, Screen(screen));
        Assert.Contains("╭", screen.ToString());
        Assert.Contains("a [b]", screen.ToString());
    }

    [Fact]
    public void Progress_is_a_line_for_each_part_without_a_terminal()
    {
        using var output = new StringWriter();
        Assert.Equal(7, WorkProgress.Watch(output, terminal: null, 2, "runs", Work));
        Assert.Equal(
            ["1/2 runs  first [x]  0:00 left", "2/2 runs  second  0:00 left"],
            output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Progress_is_a_bar_on_a_terminal()
    {
        using var screen = new StringWriter();
        Assert.Equal(7, WorkProgress.Watch(TextWriter.Null, Screen(screen), 2, "runs", Work));
        Assert.Contains("━━━", screen.ToString());
        Assert.Contains("2/2 runs  second", screen.ToString());
    }

    private static int Work(Action<string> done)
    {
        done("first [x]");
        done("second");
        return 7;
    }

    private static IAnsiConsole Screen(TextWriter output)
    {
        var console = AnsiConsole.Create(
            new() { Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.Yes, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 100;
        return console;
    }
}
