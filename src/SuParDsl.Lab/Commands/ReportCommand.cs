using System.CommandLine;
using SuParDsl.Lab.Handlers;

namespace SuParDsl.Lab.Commands;

/// <summary><c>report</c>: the command line of <see cref="ReportHandler"/>.</summary>
internal static class ReportCommand
{
    /// <summary>The command.</summary>
    public static Command Create(string example)
    {
        var folders = new Argument<string[]>("folders")
        {
            Description = "folders of train, check, sweep or bench; runs are compared with one another",
            Arity = ArgumentArity.OneOrMore,
        };
        var path = new Option<string>("--out")
        {
            Description = "the page to write", HelpName = "file", DefaultValueFactory = static _ => ReportOptions.DefaultOut,
        };
        var command = new Command("report", "Makes one self-contained HTML page of figures, tables and configuration")
        {
            folders, path,
        };
        command.SetAction(result => ReportHandler.Run(
            example, new(result.GetValue(folders)!, result.GetValue(path)!), result.Streams().Output));
        return command;
    }
}
