using Spectre.Console;

namespace SuParDsl.Lab.Text;

/// <summary>Distinguishes an interactive terminal from a file or a pipe.</summary>
internal static class Terminal
{
    // Chosen so that the bar and the longest description fit into 80 columns.
    private const int BarWidth = 20;

    /// <summary>The terminal behind a command's output; null if the output should be plain lines.</summary>
    public static IAnsiConsole? Of(TextWriter output) =>
        ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive
            ? AnsiConsole.Console : null;

    /// <summary>A progress bar that stays visible when it is full.</summary>
    public static Progress Bar(IAnsiConsole terminal) => terminal.Progress().AutoClear(false).HideCompleted(false)
        .Columns(new ProgressBarColumn { Width = BarWidth }, new TaskDescriptionColumn { Alignment = Justify.Left });
}
