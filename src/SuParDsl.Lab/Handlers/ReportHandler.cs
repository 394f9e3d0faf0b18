using SuParDsl.Checkpoints;
using SuParDsl.Lab.Evaluations;
using SuParDsl.Lab.Files;
using SuParDsl.Lab.Reports;
using SuParDsl.Lab.Runs;

namespace SuParDsl.Lab.Handlers;

/// <summary>The options of <c>report</c>.</summary>
/// <param name="Folders">The folders to show.</param>
/// <param name="Out">The page to write.</param>
internal sealed record ReportOptions(IReadOnlyList<string> Folders, string Out = ReportOptions.DefaultOut)
{
    /// <summary>The default page, in the working directory.</summary>
    public const string DefaultOut = "report.html";
}

/// <summary>
/// <c>report</c>: renders folders of runs, checks, sweeps and benchmarks as one HTML page, which compares the runs.
/// </summary>
internal static class ReportHandler
{
    /// <summary>Writes the page.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UserException">A folder is not one of these, or is damaged.</exception>
    public static int Run(string example, ReportOptions options, TextWriter output)
    {
        List<ReportSection> sections = [.. Compared(options.Folders), .. options.Folders.Select(ReportSection.Read)];
        ReportRun[] runs = [.. options.Folders.Where(RunFolder.HasRun).Select(ReportRun.Read)];
        var compared = runs.Length > 0 ? RunComparison.Figures(runs) : [];
        AtomicFile.WriteText(options.Out, HtmlReport.Of($"{example} on SµPar", runs, compared, sections));
        var figures = compared.Count + sections.Sum(static section => section.Figures.Count);
        output.WriteLine($"{options.Folders.Count} folders, {figures} figures in {options.Out}");
        return 0;
    }

    // The section of one run has its own table.
    private static IEnumerable<ReportSection> Compared(IReadOnlyList<string> folders)
    {
        var evaluated = folders
            .Select(static folder => (Name: FolderKind.NameOf(folder), Results: RunEvaluation.ReadOrNull(folder)))
            .Where(static run => run.Results is not null).Select(static run => (run.Name, run.Results!)).ToList();
        return evaluated.Count < 2 ? []
            : [new("Evaluation", [], [EvaluationTable.Of(evaluated).ToMarkdown()], [], [])];
    }
}
