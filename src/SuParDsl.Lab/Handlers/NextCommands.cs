using System.Globalization;
using SuParDsl.Lab.Checks;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Sweeps;
using SuParDsl.Lab.Text;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Handlers;

/// <summary>The commands that a person is likely to want after a command, with the paths that it used.</summary>
/// <param name="example">The name of the example.</param>
/// <param name="program">The words before a command.</param>
internal sealed class NextCommands(string example, string program)
{
    private const string SafeCharacters = "/\\.,:_-+=@%^";

    /// <summary>The commands of an example, as its user starts them.</summary>
    public static NextCommands Of(string example) => new(example, ProgramName.Of(example));

    /// <summary>After a run.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="outcome">How the run ended.</param>
    /// <param name="learningRate">The base learning rate.</param>
    /// <param name="hasSample">Whether the model can continue a text.</param>
    public IReadOnlyList<string> AfterTrain(string folder, Outcome outcome, double learningRate, bool hasSample)
    {
        var repeated = $"train --config {Quote(Path.Combine(folder, RunFolder.FileToRepeat))}";
        return Lines(outcome switch
        {
            Outcome.Interrupted => [$"{repeated} --out {Quote(folder)} --resume", Report(folder)],
            Outcome.Diverged => [$"{repeated} --lr {Number(learningRate / 4)}", Report(folder)],
            _ =>
            [
                .. hasSample ? [$"sample {Quote(folder)}"] : Array.Empty<string>(),
                Report(folder),
                $"{repeated} --seed 2",
            ],
        });
    }

    /// <summary>After a check.</summary>
    /// <param name="folder">The check's folder.</param>
    /// <param name="verdict">Its verdict.</param>
    public IReadOnlyList<string> AfterCheck(string folder, Verdict verdict) => Lines(
        Report(folder),
        verdict switch
        {
            Verdict.Within => $"sweep --out {Quote("sweeps/" + example)}",
            Verdict.Beyond => "table",
            _ => $"check --config {Quote(Path.Combine(folder, RunFolder.FileToRepeat))} --until-decided",
        });

    /// <summary>After a learning-rate range test.</summary>
    /// <param name="learningRate">The rate that it suggests.</param>
    /// <param name="sweep">The options that were given, as <c>sweep</c> takes them.</param>
    /// <param name="train">The options that were given, as <c>train</c> takes them.</param>
    public IReadOnlyList<string> AfterFindLr(double learningRate, IReadOnlyList<string> sweep, IReadOnlyList<string> train)
    {
        var nearest = Number(Math.Pow(2, Math.Round(Math.Log2(learningRate))));
        return Lines(
            $"sweep --refine --lrs {nearest}{Words(sweep)} --out {Quote("sweeps/" + example)}",
            $"train --lr {nearest}{Words(train)}");

        static string Words(IReadOnlyList<string> given) => string.Concat(given.Select(static word => " " + Quote(word)));
    }

    /// <summary>After a sweep.</summary>
    /// <param name="folder">The sweep's folder.</param>
    /// <param name="summary">The finished runs.</param>
    /// <param name="isFinished">Whether all runs are finished.</param>
    /// <param name="data">The arguments that choose the same data.</param>
    /// <param name="isRefined">Whether the learning rates were chosen by the results.</param>
    public IReadOnlyList<string> AfterSweep(
        string folder, SweepSummary summary, bool isFinished, IReadOnlyList<string> data, bool isRefined = false)
    {
        var repeated = $"sweep --config {Quote(Path.Combine(folder, RunFolder.FileToRepeat))}";
        if (!isFinished)
        {
            return Lines($"{repeated} --out {Quote(folder)}");
        }

        var verdicts = summary.Curves.Select(static curve => curve.Estimate.Verdict).ToHashSet();
        var isBeyond = verdicts.Contains(OptimumVerdict.Edge) || verdicts.Contains(OptimumVerdict.AllDiverged);
        var more = isBeyond ? isRefined ? Further(summary) : Wider(summary)
            : verdicts.Contains(OptimumVerdict.NextToDivergence) && summary.IsOverRates && !isRefined ? "--refine"
            : verdicts.Contains(OptimumVerdict.Flat)
                ? $"--seeds {Number(2 * summary.Curves.Max(static curve => curve.Seeds.Count))}"
            : null;
        return Lines(
        [
            .. more is null ? [] : new[] { $"{repeated} {more} --out {Quote(folder)}" },
            .. isBeyond || more == "--refine" ? [] : new[] { Transfer(folder, summary, data) },
            Report(folder),
        ]);
    }

    /// <summary>After a transfer.</summary>
    /// <param name="sweep">The sweep's folder.</param>
    /// <param name="runs">The run folders of the targets.</param>
    /// <param name="hasSample">Whether the models can continue a text.</param>
    /// <param name="canRepeat">Whether the run folders have the options that repeat them.</param>
    public IReadOnlyList<string> AfterTransfer(string sweep, IReadOnlyList<string> runs, bool hasSample, bool canRepeat) => Lines(
    [
        .. canRepeat ? runs.Select(static run => $"train --config {Quote(Path.Combine(run, RunFolder.FileToRepeat))}") : [],
        .. hasSample ? [$"sample {Quote(runs[^1])}"] : Array.Empty<string>(),
        $"report {string.Join(' ', runs.Prepend(sweep).Select(Quote))}",
    ]);

    /// <summary>After a benchmark.</summary>
    /// <param name="folder">The folder of the benchmark.</param>
    /// <param name="rounds">The number of rounds.</param>
    /// <param name="storage">The storage that was compared with masked matrices.</param>
    public IReadOnlyList<string> AfterBench(string folder, int rounds, Storage storage) => Lines(
        $"bench --config {Quote(Path.Combine(folder, RunFolder.FileToRepeat))} --rounds {3 * rounds}",
        $"train --storage {storage.ToString().ToLowerInvariant()}");

    /// <summary>Writes the commands.</summary>
    public static void Write(TextWriter output, IReadOnlyList<string> commands)
    {
        output.WriteLine();
        output.WriteLine("next:");
        foreach (var command in commands)
        {
            output.WriteLine("  " + command);
        }
    }

    /// <summary>A path as one word of a shell.</summary>
    public static string Quote(string path) =>
        path.Length > 0 && path.All(static c => char.IsLetterOrDigit(c) || SafeCharacters.Contains(c, StringComparison.Ordinal))
            ? path : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    // Three octaves more on the side of each optimum at an edge, and at the lower end if everything diverged. The values that
    // were swept stay in the list, so that the same folder takes the new ones.
    private static string Wider(SweepSummary summary)
    {
        var values = summary.Curves.SelectMany(static curve => curve.Values).Select(static at => at.Value)
            .Distinct().Order().ToList();
        var edges = summary.Curves.Where(static curve => curve.Estimate.Verdict == OptimumVerdict.Edge)
            .Select(static curve => curve.Estimate.Low).ToList();
        var isLow = edges.Count == 0 || edges.Min() <= values[0];
        var isHigh = edges.Count > 0 && edges.Max() >= values[^1];
        var (low, high) = (isLow ? values[0] / 8 : values[0], isHigh ? values[^1] * 8 : values[^1]);
        var range = $"{Number(low)}..{Number(high)}";
        var hasAll = Numbers.TryParseList(range, out var wider) && values.All(wider.Contains);
        double[] more = [.. isLow ? [8, 4, 2] : Array.Empty<double>(), .. isHigh ? [-2, -4, -8] : Array.Empty<double>()];
        var list = values.Concat(more.Select(factor => factor > 0 ? values[0] / factor : values[^1] * -factor)).Order()
            .Select(static value => value.ToString("R", CultureInfo.InvariantCulture));
        return $"{(summary.IsOverRates ? "--lrs" : "--sigmas")} {(hasAll ? range : string.Join(',', list))}";
    }

    // A search stops some octaves from its start. That of the first model of a rule and method continues from another start.
    // Those of the others begin at the first one's optimum, so that no start takes them further.
    private static string? Further(SweepSummary summary)
    {
        var first = summary.Curves.GroupBy(static curve => curve.Family)
            .Select(static family => family.First().Estimate).ToList();
        var starts = first.Where(static estimate => estimate.Verdict == OptimumVerdict.Edge)
            .Select(static estimate => estimate.Low).ToList();
        if (starts.Count == 0 && first.Any(static estimate => estimate.Verdict == OptimumVerdict.AllDiverged))
        {
            starts.Add(summary.Curves.Min(static curve => curve.Values[0].Value));
        }

        return starts.Count == 0 ? null : "--lrs " + starts[0].ToString("R", CultureInfo.InvariantCulture);
    }

    private static string Transfer(string folder, SweepSummary summary, IReadOnlyList<string> data)
    {
        var point = summary.Runs[0].Point;
        var target = point.Width is { } width ? $"--widths {Number(2 * width)}"
            : point.Density is { } density ? $"--densities {Number(density / 4)}" : string.Empty;
        string[] words = ["transfer", Quote(folder), target, .. data.Select(Quote)];
        return string.Join(' ', words.Where(static word => word.Length > 0));
    }

    private static string Report(string folder) => $"report {Quote(folder)}";

    private static string Number(double value) => Numbers.Text(value);

    private string[] Lines(params IEnumerable<string> commands) => [.. commands.Select(command => $"{program} {command}")];
}
