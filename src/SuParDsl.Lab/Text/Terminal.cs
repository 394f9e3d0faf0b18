using Spectre.Console;

namespace SuParDsl.Lab.Text;

/// <summary>Tells a terminal that somebody looks at from a file or a pipe.</summary>
internal static class Terminal
{
    // With the longest description a line of 80 columns.
    private const int BarWidth = 20;

    /// <summary>The terminal behind a command's output; null where plain lines belong.</summary>
    public static IAnsiConsole? Of(TextWriter output) =>
        ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive
            ? AnsiConsole.Console : null;

    /// <summary>A progress bar that stays when it is full.</summary>
    public static Progress Bar(IAnsiConsole terminal) => terminal.Progress().AutoClear(false).HideCompleted(false)
        .Columns(new ProgressBarColumn { Width = BarWidth }, new TaskDescriptionColumn { Alignment = Justify.Left });
}
