using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.Globalization;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Text;
using SuParDsl.Sparsity;

namespace SuParDsl.Lab.Cli;

/// <summary>Creates options that validate their values. The error message of an invalid value says what is allowed.</summary>
internal static class OptionFactory
{
    /// <summary>An integer of at least <paramref name="min"/>.</summary>
    public static Option<int> Integer(string name, string help, int @default, int min) => new(name)
    {
        Description = help,
        HelpName = "n",
        DefaultValueFactory = _ => @default,
        CustomParser = result => (int)ParseInteger(result, name, min, int.MaxValue),
    };

    /// <summary>A 64-bit integer of at least 0.</summary>
    public static Option<long> Seed(string name, string help, long @default) => new(name)
    {
        Description = help,
        HelpName = "n",
        DefaultValueFactory = _ => @default,
        CustomParser = result => ParseInteger(result, name, 0, long.MaxValue),
    };

    /// <summary>A number, which may be written as a quotient: 0.125, 1e-2, 1/8.</summary>
    /// <param name="name">The name of the option.</param>
    /// <param name="help">Its description.</param>
    /// <param name="default">The value if the option is not given.</param>
    /// <param name="range">The allowed range in words: "in [0, 1)".</param>
    /// <param name="isValid">Returns whether a value is in the range.</param>
    public static Option<double> Real(
        string name, string help, double @default, string range, Func<double, bool> isValid) => new(name)
    {
        Description = help,
        HelpName = "x",
        DefaultValueFactory = _ => @default,
        CustomParser = result => ParseReal(result, name, range, isValid),
    };

    /// <summary>A number in the notation of <see cref="Real"/>; null if the option is not given.</summary>
    public static Option<double?> RealOrNone(string name, string help, string range, Func<double, bool> isValid) => new(name)
    {
        Description = help,
        HelpName = "x",
        CustomParser = result => ParseReal(result, name, range, isValid),
    };

    /// <summary>A value of an enumeration, by its name in lower case.</summary>
    public static Option<T> Choice<T>(string name, string help, T @default) where T : struct, Enum
    {
        var option = new Option<T>(name)
        {
            Description = help,
            HelpName = Choices(typeof(T)),
            DefaultValueFactory = _ => @default,
            CustomParser = result => ParseChoice(result, name, typeof(T)) is T value ? value : default,
        };
        Complete(option.CompletionSources, typeof(T));
        return option;
    }

    /// <summary>A value of an enumeration, by its name in lower case; null if the option is not given.</summary>
    public static Option<T?> ChoiceOrNone<T>(string name, string help) where T : struct, Enum
    {
        var option = new Option<T?>(name)
        {
            Description = help,
            HelpName = Choices(typeof(T)),
            CustomParser = result => ParseChoice(result, name, typeof(T)) as T?,
        };
        Complete(option.CompletionSources, typeof(T));
        return option;
    }

    /// <summary>One of some names, of which the first is the default.</summary>
    public static Option<string> OneOf(string name, string help, IReadOnlyList<string> names)
    {
        var option = new Option<string>(name)
        {
            Description = help,
            HelpName = string.Join('|', names),
            DefaultValueFactory = _ => names[0],
            CustomParser = result =>
            {
                if (!names.Contains(result.Tokens[0].Value))
                {
                    result.AddError($"{name} is '{result.Tokens[0].Value}': it must be {string.Join(", ", names)}");
                }

                return result.Tokens[0].Value;
            },
        };
        option.CompletionSources.Add([.. names]);
        return option;
    }

    /// <summary>A ramp, by its name or its values.</summary>
    public static Option<Ramp> Ramp(string name, string help, Ramp @default) => new(name)
    {
        Description = help,
        HelpName = string.Join('|', Sparsity.Ramp.Named) + "|x,x,…",
        DefaultValueFactory = _ => @default,
        CustomParser = result => ParseRamp(result, name, @default),
    };

    /// <summary>A switch, which is off by default. The option alone turns it on.</summary>
    public static Option<bool> Switch(string name, string help) => new(name)
    {
        Description = help,
        HelpName = "true|false",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result => ParseSwitch(result, name),
    };

    /// <summary>Several numbers: a list <c>1,1/4,1/16</c>, or a range in steps of factor 2, <c>2^-10..2^-4</c>.</summary>
    public static Option<double[]> Reals(
        string name, string help, double[] @default, string range, Func<double, bool> isValid) => new(name)
    {
        Description = help,
        HelpName = "x,x,…|x..x",
        DefaultValueFactory = _ => @default,
        CustomParser = result => ParseReals(result, name, range, isValid),
    };

    /// <summary>Several values of an enumeration, by their names in lower case.</summary>
    public static Option<T[]> ChoiceList<T>(string name, string help, T[] @default) where T : struct, Enum
    {
        var option = new Option<T[]>(name)
        {
            Description = help,
            HelpName = Choices(typeof(T)) + ",…",
            DefaultValueFactory = _ => @default,
            CustomParser = result =>
            [
                .. result.Tokens[0].Value.Split(',')
                    .Select(token => ParseChoice(result, token, name, typeof(T)) is T value ? value : default).Distinct(),
            ],
        };
        Complete(option.CompletionSources, typeof(T));
        return option;
    }

    /// <summary>A string; null if the option is not given.</summary>
    public static Option<string?> Text(string name, string help, string helpName) =>
        new(name) { Description = help, HelpName = helpName };

    /// <summary>Paths, separated by commas. If the option is given several times, its values are joined.</summary>
    public static Option<string?> Paths(string name, string help) => new(name)
    {
        Description = help,
        HelpName = "path",
        Arity = new(1, 100),
        AllowMultipleArgumentsPerToken = false,
        CustomParser = static result => string.Join(',', result.Tokens.Select(static token => token.Value)),
    };

    /// <summary>The field or column of files that holds what is read of them.</summary>
    public static Option<string> Field(string help) => new("--field")
    {
        Description = help,
        HelpName = "name",
        DefaultValueFactory = static _ => TokenizerChoice.DefaultField,
    };

    /// <summary>Completes the names of an enumeration's values, also after earlier items of a comma-separated list.</summary>
    internal static void Complete(List<Func<CompletionContext, IEnumerable<CompletionItem>>> sources, Type type)
    {
        sources.Clear();
        sources.Add(context =>
        {
            var before = context.WordToComplete[..(context.WordToComplete.LastIndexOf(',') + 1)];
            return Choices(type).Split('|').Select(choice => new CompletionItem(before + choice));
        });
    }

    internal static long ParseInteger(ArgumentResult result, string name, long min, long max)
    {
        var token = result.Tokens[0].Value;
        if (long.TryParse(token, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= min
            && value <= max)
        {
            return value;
        }

        result.AddError($"{name} is '{token}': it must be a whole number from {min} to {max}");
        return 0;
    }

    internal static bool ParseSwitch(ArgumentResult result, string name)
    {
        var token = result.Tokens.Count == 0 ? bool.TrueString : result.Tokens[0].Value;
        if (!bool.TryParse(token, out var value))
        {
            result.AddError($"{name} is '{token}': it must be true or false");
        }

        return value;
    }

    private static Ramp ParseRamp(ArgumentResult result, string name, Ramp @default)
    {
        try
        {
            return Sparsity.Ramp.Parse(result.Tokens[0].Value);
        }
        catch (ArgumentException e)
        {
            result.AddError($"{name}: {e.Message.Split(" (Parameter", 2)[0]}");
            return @default;
        }
    }

    internal static double ParseReal(ArgumentResult result, string name, string range, Func<double, bool> isValid)
    {
        var token = result.Tokens[0].Value;
        if (Numbers.TryParse(token, out var value) && isValid(value))
        {
            return value;
        }

        result.AddError($"{name} is '{token}': it must be a number {range}");
        return 0;
    }

    internal static object? ParseChoice(ArgumentResult result, string name, Type type) =>
        ParseChoice(result, result.Tokens[0].Value, name, type);

    private static double[] ParseReals(ArgumentResult result, string name, string range, Func<double, bool> isValid)
    {
        var token = result.Tokens[0].Value;
        if (Numbers.TryParseList(token, out var values) && values.All(isValid))
        {
            return values;
        }

        result.AddError(
            $"{name} is '{token}': it must be a list like 1,1/4 or a range like 2^-10..2^-4 of different numbers {range}");
        return [];
    }

    internal static object? ParseChoice(ArgumentResult result, string token, string name, Type type)
    {
        if (Enum.GetNames(type).FirstOrDefault(choice => choice.Equals(token, StringComparison.OrdinalIgnoreCase)) is { } match)
        {
            return Enum.Parse(type, match);
        }

        result.AddError($"{name} is '{token}': it must be {Choices(type).Replace("|", ", ", StringComparison.Ordinal)}");
        return null;
    }

    internal static string Choices(Type type) => string.Join('|', Enum.GetNames(type)).ToLowerInvariant();
}
