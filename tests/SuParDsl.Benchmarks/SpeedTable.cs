using System.Globalization;
using System.Text.Json;

namespace SuParDsl.Benchmarks;

/// <summary>
/// One time beside its baseline: medians in milliseconds, and the median and quartiles of their ratio over the rounds.
/// </summary>
internal sealed record SpeedRow(
    string What, string Baseline, double Milliseconds, double BaselineMilliseconds, double Ratio, double LowerQuartile,
    double UpperQuartile, double? Wanted)
{
    public static SpeedRow Of(string what, string baseline, Times own, Times other, double? wanted)
    {
        var ratio = SpeedRatio.Of(own, other);
        return new(what, baseline, own.Median, other.Median, ratio.Median, ratio.LowerQuartile, ratio.UpperQuartile, wanted);
    }
}

/// <summary>
/// The rows of a run, as Markdown on the console and, if <c>SUPARDSL_BENCHMARK_JSON</c> names a file, as JSON there.
/// </summary>
internal static class SpeedTable
{
    private static readonly List<SpeedRow> Rows = [];

    public static void Add(SpeedRow row)
    {
        if (Rows.Count == 0)
        {
            Console.WriteLine("| what | ms | against | ms | ratio | quartiles | at least |");
            Console.WriteLine("|---|---|---|---|---|---|---|");
        }

        Rows.Add(row);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {row.What} | {row.Milliseconds:F2} | {row.Baseline} | {row.BaselineMilliseconds:F2} | {row.Ratio:F2}× | "
            + $"{row.LowerQuartile:F2}-{row.UpperQuartile:F2} | {row.Wanted:0.##} |"));
        if (Environment.GetEnvironmentVariable("SUPARDSL_BENCHMARK_JSON") is { Length: > 0 } file)
        {
            File.WriteAllText(file, JsonSerializer.Serialize(Rows, new JsonSerializerOptions { WriteIndented = true }));
        }
    }
}
