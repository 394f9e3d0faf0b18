using System.CommandLine;
using SuParDsl.Lab.Handlers;

namespace SuParDsl.Lab.Commands;

/// <summary>Connects commands to the functions that do their work.</summary>
internal static class ParseResults
{
    /// <summary>The output and the error stream of a command line.</summary>
    public static Streams Streams(this ParseResult result) =>
        new(result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);

    /// <summary>Adds options to a command.</summary>
    public static void AddAll(this Command command, IEnumerable<Option> options)
    {
        foreach (var option in options)
        {
            command.Add(option);
        }
    }

    /// <summary>Sets a command's action to a handler that Ctrl-C and similar signals ask to stop.</summary>
    public static void SetHandler(this Command command, Func<ParseResult, CancellationToken, int> handler) =>
        command.SetAction(result =>
        {
            using var stop = new StopSignal();
            return handler(result, stop.Token);
        });
}
