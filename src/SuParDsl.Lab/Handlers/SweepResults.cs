using System.Globalization;
using System.Text;
using SuParDsl.Lab.Sweeps;
using SuParDsl.Lab.Text;

namespace SuParDsl.Lab.Handlers;

/// <summary>Writes the tables, the figure and the summary of a sweep's finished runs.</summary>
internal static class SweepResults
{
    /// <summary>Writes the results to the sweep's folder and to the output.</summary>
    /// <param name="name">The example's name.</param>
    /// <param name="folder">The sweep's folder.</param>
    /// <param name="points">The runs of the sweep.</param>
    /// <param name="failures">The runs that failed, each with its reason.</param>
    /// <param name="isRefined">Whether a search has chosen the runs.</param>
    /// <param name="streams">Where to write.</param>
    /// <returns>The finished runs.</returns>
    public static SweepSummary Write(
        string name, SweepFolder folder, List<SweepPoint> points, IReadOnlyCollection<string> failures, bool isRefined,
        Streams streams)
    {
        var output = streams.Output;
        var asked = points.ToHashSet();
        var summary = new SweepSummary([.. folder.Finished().Where(run => asked.Contains(run.Point))]);
        var open = points.Count - summary.Runs.Count;
        if (summary.Runs.Count > 0)
        {
            WriteOptima(name, folder, summary, isFinished: open == 0, isRefined, output);
        }

        if (summary.Runs.Count > 0 && summary.Runs.All(static run => run.Loss is null))
        {
            output.WriteLine(
                "every run diverged: sweep lower learning rates, or check with `train` whether the loss is finite at step 0");
        }

        output.WriteLine(open == 0
            ? $"all {points.Count} runs are finished; everything is in {folder.Path}"
            : $"{open} of {points.Count} runs are not finished: the same command continues in {folder.Path}");
        foreach (var failure in failures)
        {
            streams.Error.WriteLine("error: " + failure);
        }

        return summary;
    }

    private static void WriteOptima(
        string name, SweepFolder folder, SweepSummary summary, bool isFinished, bool isRefined, TextWriter output)
    {
        var optima = new List<(string File, string Axis, IReadOnlyList<SweepCurve> Curves)>
        {
            ("optima.csv", summary.AxisName, summary.Curves),
        };
        if (summary.OverSigma is { Count: > 0 } overSigma)
        {
            optima.Add(("optima-sigma.csv", "σ", overSigma));
        }

        var words = new StringBuilder($"# Sweep of {name}\n");
        folder.Write("runs.csv", SweepTables.Runs(summary.Runs));
        folder.Write("sweep.svg", summary.Figure($"{name}: loss against the {summary.Hyperparameter}").ToSvg());
        foreach (var (file, axis, curves) in optima)
        {
            var table = SweepTables.Optima(curves, axis);
            var hasLosses = curves.Any(static curve => curve.Estimate.Verdict != OptimumVerdict.AllDiverged);
            string[] lines =
            [
                .. SweepTables.Drifts(curves, axis),
                .. isFinished && hasLosses ? SweepVerdicts.Of(curves, axis, isRefined) : [],
            ];
            folder.Write(file, SweepTables.OptimaCsv(curves));
            var list = string.Concat(lines.Select(static line => $"- {line}\n"));
            words.Append(CultureInfo.InvariantCulture, $"\n{table.ToMarkdown()}\n{list}");
            output.WriteLine();
            table.Print(output, Terminal.Of(output));
            output.WriteLine();
            lines.ToList().ForEach(output.WriteLine);
        }

        folder.Write("sweep.md", words.ToString());
    }
}
