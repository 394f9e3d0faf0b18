using System.Globalization;
using System.Text;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Runs;

/// <summary>A run's masks as comma-separated values, with a row for each tensor and update.</summary>
internal static class MaskTable
{
    private const string Header = "step,tensor,density,share";

    /// <summary>Returns the text of the file.</summary>
    public static string Of(IEnumerable<MaskState> masks)
    {
        var text = new StringBuilder(Header).Append('\n');
        foreach (var (step, tensor, density, share) in masks)
        {
            text.Append(CultureInfo.InvariantCulture, $"{step},{tensor},{density:R},{share:R}\n");
        }

        return text.ToString();
    }

    /// <summary>Reads a file up to a step.</summary>
    /// <exception cref="UserException">The file is damaged.</exception>
    public static IReadOnlyList<MaskState> Read(string path, int steps) =>
        [.. MetricsReader.Rows(path, Header)
            .Select((line, index) => Row(path, line, index + 2))
            .TakeWhile(row => row.Step <= steps)];

    private static MaskState Row(string path, string line, int number)
    {
        double? share = null;
        return line.Split(',') is [var step, { Length: > 0 } tensor, var density, var measured]
            && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && Fraction(density) is { } kept && (measured.Length == 0 || (share = Fraction(measured)) is not null)
            ? new(count, tensor, kept, share)
            : throw new UserException(
                $"{path} is damaged at line {number}: '{MetricsReader.Shown(line)}' is not a step, a tensor, "
                + "a density and a share");
    }

    private static double? Fraction(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 1
            ? number
            : null;
}
