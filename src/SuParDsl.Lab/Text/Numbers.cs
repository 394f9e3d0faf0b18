using System.Globalization;

namespace SuParDsl.Lab.Text;

/// <summary>Parses and formats numbers as people write them: 0.125, 1e-2, 1/8, 2^-3, and lists of them.</summary>
internal static class Numbers
{
    private const int MaxCount = 1000;

    /// <summary>Parses a number, a quotient or a power.</summary>
    public static bool TryParse(string text, out double value)
    {
        value = double.NaN;
        var parts = text.Split('/');
        if (parts.Length > 2 || !TryPower(parts[0], out value))
        {
            return false;
        }

        if (parts.Length == 2)
        {
            if (!TryPower(parts[1], out var divisor))
            {
                return false;
            }

            value /= divisor;
        }

        return double.IsFinite(value);
    }

    /// <summary>
    /// Parses distinct numbers separated by commas. An item <c>a..b</c> stands for the numbers from a to b by doubling or
    /// halving.
    /// </summary>
    public static bool TryParseList(string text, out double[] values)
    {
        var list = new List<double>();
        values = [];
        foreach (var part in text.Split(','))
        {
            var ends = part.Split("..");
            if (ends.Length > 2 || !TryParse(ends[0], out var from) || !TryParse(ends[^1], out var to))
            {
                return false;
            }

            if (ends.Length == 1)
            {
                list.Add(from);
                continue;
            }

            var octaves = Math.Log2(to / from);
            if (!double.IsFinite(octaves) || Math.Abs(octaves) > MaxCount)
            {
                return false;
            }

            var count = (int)Math.Floor(Math.Abs(octaves) + 1e-9) + 1;
            list.AddRange(Enumerable.Range(0, count).Select(i => from * Math.Pow(2, octaves < 0 ? -i : i)));
        }

        values = [.. list];
        return list.Distinct().Count() == list.Count;
    }

    /// <summary>Formats a number, with powers of two in short form: 1, 256, 1/16, 2^-9.</summary>
    public static string Text(double value)
    {
        var exponent = Math.Log2(value);
        return value <= 0 || Math.Abs(exponent - Math.Round(exponent)) > 1e-9 || exponent >= 0
            ? value.ToString("G6", CultureInfo.InvariantCulture)
            : exponent >= -7 ? string.Create(CultureInfo.InvariantCulture, $"1/{Math.Pow(2, -exponent):F0}") : $"2^{exponent:F0}";
    }

    /// <summary>Formats a number as a power of two with two digits: 2^-5.38.</summary>
    public static string Octaves(double value) => string.Create(CultureInfo.InvariantCulture, $"2^{Math.Log2(value):F2}");

    /// <summary>Formats a power of two for an axis: 2⁻⁹.</summary>
    public static string Power(int exponent) => "2" + string.Concat(
        exponent.ToString(CultureInfo.InvariantCulture).Select(static c => c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0']));

    private static bool TryPower(string text, out double value)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        value = double.NaN;
        var parts = text.Split('^');
        if (parts.Length > 2 || !double.TryParse(parts[0], Style, CultureInfo.InvariantCulture, out value))
        {
            return false;
        }

        if (parts.Length == 2)
        {
            if (!double.TryParse(parts[1], Style, CultureInfo.InvariantCulture, out var exponent))
            {
                return false;
            }

            value = Math.Pow(value, exponent);
        }

        return true;
    }
}
