using System.Globalization;
using SuParDsl.Lab.Text;
using SuParDsl.Sparsity;

namespace SuParDsl.Lab.Commands;

/// <summary>Values of options as a command line takes them.</summary>
internal static class OptionText
{
    /// <summary>The value with all its digits; null for a value that has no text.</summary>
    public static string? Exact(object? value) =>
        Of(value, static number => number.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>The value with powers of two in short form, such as 1/16; null for a value that has no text.</summary>
    public static string? Short(object? value) => Of(value, static number =>
        Numbers.Text(number) is var text && Numbers.TryParse(text, out var read) && read == number
            ? text
            : number.ToString("R", CultureInfo.InvariantCulture));

    private static string? Of(object? value, Func<double, string> number) => value switch
    {
        double[] numbers => string.Join(',', numbers.Select(number)),
        Array choices => string.Join(',', choices.Cast<object>()).ToLowerInvariant(),
        double x => number(x),
        Ramp => value.ToString(),
        bool or Enum => value.ToString()!.ToLowerInvariant(),
        IConvertible => Convert.ToString(value, CultureInfo.InvariantCulture),
        _ => null,
    };
}
