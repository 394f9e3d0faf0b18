using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace SuParDsl.Lab.Commands;

/// <summary>Makes options that check their values and say what would be right.</summary>
internal static class OptionFactory
{
    /// <summary>A whole number of at least <paramref name="min"/>.</summary>
    public static Option<int> Integer(string name, string help, int @default, int min) => new(name)
    {
        Description = help,
        HelpName = "n",
        DefaultValueFactory = _ => @default,
        CustomParser = result => (int)ParseInteger(result, name, min, int.MaxValue),
    };

    /// <summary>Any 64-bit number from 0.</summary>
    public static Option<long> Seed(string name, string help, long @default) => new(name)
    {
        Description = help,
        HelpName = "n",
        DefaultValueFactory = _ => @default,
        CustomParser = result => ParseInteger(result, name, 0, long.MaxValue),
    };

    /// <summary>A number, also as a quotient: 0.125, 1e-2, 1/8.</summary>
    /// <param name="name">The option.</param>
    /// <param name="help">What it is.</param>
    /// <param name="default">Its value when it is not given.</param>
    /// <param name="range">Its range in words: "in [0, 1)".</param>
    /// <param name="isValid">Its range as a test.</param>
    public static Option<double> Real(string name, string help, double @default, string range, Func<double, bool> isValid) => new(name)
    {
        Description = help,
        HelpName = "x",
        DefaultValueFactory = _ => @default,
        CustomParser = result => ParseReal(result, name, range, isValid),
    };

    /// <summary>One of an enum's values by its name in lower case.</summary>
    public static Option<T> Choice<T>(string name, string help, T @default) where T : struct, Enum => new(name)
    {
        Description = help,
        HelpName = Choices(typeof(T)),
        DefaultValueFactory = _ => @default,
        CustomParser = result => ParseChoice(result, name, typeof(T)) is T value ? value : default,
    };

    /// <summary>A text.</summary>
    public static Option<string?> Text(string name, string help, string helpName) => new(name) { Description = help, HelpName = helpName };

    internal static long ParseInteger(ArgumentResult result, string name, long min, long max)
    {
        var token = result.Tokens[0].Value;
        if (long.TryParse(token, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
        {
            return value;
        }

        result.AddError($"{name} is '{token}': it must be a whole number from {min} to {max}");
        return 0;
    }

    internal static double ParseReal(ArgumentResult result, string name, string range, Func<double, bool> isValid)
    {
        var token = result.Tokens[0].Value;
        if (TryReal(token, out var value) && isValid(value))
        {
            return value;
        }

        result.AddError($"{name} is '{token}': it must be a number {range}");
        return 0;
    }

    internal static object? ParseChoice(ArgumentResult result, string name, Type type)
    {
        var token = result.Tokens[0].Value;
        if (Enum.GetNames(type).FirstOrDefault(choice => choice.Equals(token, StringComparison.OrdinalIgnoreCase)) is { } match)
        {
            return Enum.Parse(type, match);
        }

        result.AddError($"{name} is '{token}': it must be {Choices(type).Replace("|", ", ", StringComparison.Ordinal)}");
        return null;
    }

    internal static string Choices(Type type) => string.Join('|', Enum.GetNames(type)).ToLowerInvariant();

    private static bool TryReal(string token, out double value)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        value = double.NaN;
        var parts = token.Split('/');
        if (parts.Length > 2 || !double.TryParse(parts[0], Style, CultureInfo.InvariantCulture, out value))
        {
            return false;
        }

        if (parts.Length == 2)
        {
            if (!double.TryParse(parts[1], Style, CultureInfo.InvariantCulture, out var divisor))
            {
                return false;
            }

            value /= divisor;
        }

        return double.IsFinite(value);
    }
}
