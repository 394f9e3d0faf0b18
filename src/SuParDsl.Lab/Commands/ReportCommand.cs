using System.CommandLine;
using SuParDsl.Checkpoints;
using SuParDsl.Lab.Reports;

namespace SuParDsl.Lab.Commands;

/// <summary><c>report</c>: renders folders of runs, checks and sweeps as one HTML page.</summary>
internal static class ReportCommand
{
    /// <summary>The command.</summary>
    public static Command Create(string example)
    {
        var folders = new Argument<string[]>("folders") { Description = "folders of train, check or sweep", Arity = ArgumentArity.OneOrMore };
        var path = new Option<string>("--out")
        {
            Description = "the page to write", HelpName = "file", DefaultValueFactory = static _ => "report.html",
        };
        var command = new Command("report", "Makes one self-contained HTML page of figures, tables and configuration") { folders, path };
        command.SetAction(result =>
        {
            var sections = result.GetValue(folders)!.Select(ReportSection.Read).ToList();
            var file = result.GetValue(path)!;
            AtomicFile.WriteText(file, HtmlReport.Of($"{example} on SµPar", sections));
            result.InvocationConfiguration.Output.WriteLine(
                $"{sections.Count} folders, {sections.Sum(static section => section.Figures.Count)} figures in {file}");
            return 0;
        });
        return command;
    }
}
