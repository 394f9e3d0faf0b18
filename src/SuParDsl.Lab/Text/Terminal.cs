using Spectre.Console;

namespace SuParDsl.Lab.Text;

/// <summary>Tells a terminal that somebody looks at from a file or a pipe.</summary>
internal static class Terminal
{
    /// <summary>The terminal behind a command's output; null where plain lines belong.</summary>
    public static IAnsiConsole? Of(TextWriter output) =>
        ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive ? AnsiConsole.Console : null;
}
