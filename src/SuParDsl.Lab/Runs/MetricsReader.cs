using System.Collections.Immutable;
using System.Globalization;
using SuParDsl.Lab.Files;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Runs;

/// <summary>Reads the metrics file of a run, which a resumed run continues.</summary>
internal static class MetricsReader
{
    private const int Columns = 7;
    private const string Accuracy = "accuracy";

    /// <summary>Reads the history of a run up to a step.</summary>
    /// <param name="path">The file, as <see cref="MetricsTable"/> writes it.</param>
    /// <param name="steps">The step.</param>
    /// <exception cref="UserException">The file is damaged, or has fewer steps.</exception>
    public static TrainingHistory Read(string path, int steps) =>
        ReadUntil(path, steps) is var history && history.Steps.Count == steps
            ? history
            : throw new UserException($"{path} has {history.Steps.Count} steps, but its checkpoint is of step {steps}");

    /// <summary>Reads the history of a run up to its last step.</summary>
    /// <param name="path">The file, as <see cref="MetricsTable"/> writes it.</param>
    /// <exception cref="UserException">The file is damaged.</exception>
    public static TrainingHistory ReadAll(string path) => ReadUntil(path, int.MaxValue);

    private static TrainingHistory ReadUntil(string path, int steps)
    {
        List<StepMetrics> done = [];
        List<Evaluation> evaluations = [];
        var rows = Rows(path, MetricsTable.Header).Select(static line => line.Split(','));
        string[] names =
        [
            .. File.ReadLines(path).First().Split(',').Skip(Columns)
                .Select(static name => name[Math.Min(name.Length, MetricsTable.Measured.Length)..]),
        ];
        foreach (var (line, row) in rows.Index().TakeWhile(entry => !(StepOf(entry.Item) > steps)))
        {
            if (row.Length < Columns || StepOf(row) is not { } step || step != (row[1].Length == 0 ? 0 : done.Count + 1))
            {
                throw new UserException(
                    $"{path} is damaged at line {line + 2}: '{Shown(string.Join(',', row))}' is not the next step");
            }

            if (row[2].Length > 0)
            {
                var measured = names.Index().DistinctBy(static name => name.Item)
                    .Where(name => row.Length > Columns + name.Index && row[Columns + name.Index].Length > 0)
                    .ToImmutableDictionary(static name => name.Item, name => Number(row, Columns + name.Index));
                evaluations.Add(new(step, Number(row, 2), 0, measured.TryGetValue(Accuracy, out var accuracy) ? accuracy : null)
                {
                    Metrics = measured.Remove(Accuracy),
                });
            }

            if (step > 0)
            {
                done.Add(new(step, Number(row, 1), Number(row, 3), Number(row, 4), Number(row, 5), Number(row, 6)));
            }

            double Number(string[] cells, int column) =>
                double.TryParse(cells[column], CultureInfo.InvariantCulture, out var number)
                    ? number
                    : throw new UserException($"{path} is damaged at line {line + 2}: '{cells[column]}' is not a number");
        }

        return new(done, evaluations, Outcome.Interrupted);
    }

    /// <summary>Returns the lines of a file of comma-separated values after the header.</summary>
    /// <exception cref="UserException">The file does not begin with the header.</exception>
    public static IEnumerable<string> Rows(string path, string header)
    {
        if (File.ReadLines(path).FirstOrDefault() is not { } first || !first.StartsWith(header, StringComparison.Ordinal))
        {
            throw new UserException(
                $"{path} is {FileKind.Describe(path)}; it must be a run's file that begins with '{header}': "
                + "restore it, or start the run again");
        }

        return File.ReadLines(path).Skip(1);
    }

    /// <summary>Shortens a damaged line for a message.</summary>
    public static string Shown(string line)
    {
        const int Most = 80;
        return line.Length > Most ? line[..Most] + "…" : line;
    }

    private static int? StepOf(string[] row) =>
        int.TryParse(row[0], NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : null;
}
