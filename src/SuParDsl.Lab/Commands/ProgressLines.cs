using System.Diagnostics;
using Spectre.Console;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Commands;

/// <summary>The progress of work in equal parts: one line that moves on a terminal, a line for each part otherwise.</summary>
internal sealed class ProgressLines : IDisposable
{
    private readonly TextWriter output;
    private readonly bool isTerminal;
    private readonly int total;
    private readonly string unit;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private int done;

    private ProgressLines(TextWriter output, bool isTerminal, int total, string unit) =>
        (this.output, this.isTerminal, this.total, this.unit) = (output, isTerminal, total, unit);

    /// <summary>Progress that somebody looks at, or plain lines.</summary>
    public static ProgressLines For(TextWriter output, int total, string unit)
    {
        var isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive;
        return new(output, isTerminal, total, unit);
    }

    /// <summary>A part is done.</summary>
    public void Done(string what)
    {
        done++;
        var left = TrainingView.Clock(clock.Elapsed / done * (total - done));
        var line = $"{done}/{total} {unit}  {what}  {left} left";
        if (isTerminal)
        {
            output.Write($"\r\u001b[2K{line[..Math.Min(line.Length, Math.Max(20, AnsiConsole.Profile.Width - 1))]}");
        }
        else
        {
            output.WriteLine(line);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (isTerminal && done > 0)
        {
            output.WriteLine();
        }
    }
}
