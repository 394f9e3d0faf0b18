using System.Globalization;
using System.Numerics;
using System.Reflection;
using SuParDsl.Lab.Text;

namespace SuParDsl.Lab.Sizes;

/// <summary>Parses a value of a size's type; returns false if the text is not one.</summary>
internal delegate bool SizeParser(string text, out object? value);

/// <summary>
/// The text form of a size's type, which options, environment variables and option files use. <see cref="TryParse"/> parses the
/// text that <see cref="Text"/> returns to the same value.
/// </summary>
/// <param name="HelpName">The placeholder of a value in the help text.</param>
/// <param name="Range">A description of the allowed values for messages.</param>
/// <param name="TryParse">Parses a value.</param>
/// <param name="Text">Formats a value; returns null if it has no text form.</param>
internal sealed partial record SizeType(string HelpName, string Range, SizeParser TryParse, Func<object?, string?> Text)
{
    private const NumberStyles Style = NumberStyles.Float;

    /// <summary>The text for null and for an empty list.</summary>
    public const string None = "none";

    /// <summary>The enum whose names a shell completes; null if the type is not an enum.</summary>
    public Type? Choices { get; init; }

    /// <summary>Whether the option may be given without a value, which means true.</summary>
    public bool IsSwitch { get; init; }

    /// <summary>The text form of a type; null if it has none that is read back as it was written.</summary>
    /// <param name="type">The property's type.</param>
    /// <param name="isCount">Whether whole numbers must be at least 1, as for a width.</param>
    /// <param name="default">The default, which is always allowed, even if the enum has no name for it.</param>
    public static SizeType? Of(Type type, bool isCount, object? @default)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return OrNone(Of(inner, isCount, @default));
        }

        if (ElementOf(type) is { } element)
        {
            return Of(element, isCount, null) is { } items ? Make(nameof(ListOf), element, type, items) : null;
        }

        return type switch
        {
            _ when type.IsEnum => Named(type, @default),
            _ when type == typeof(bool) => Switch(),
            _ when type == typeof(string) => Words(),
            _ when type == typeof(DateTime) => Time(),
            _ when type == typeof(char) || type == typeof(nint) || type == typeof(nuint) => Parsed(type),
            _ when Is(typeof(IBinaryInteger<>), type) && Is(typeof(IMinMaxValue<>), type) => Make(nameof(Whole), type, isCount),
            _ when Is(typeof(INumber<>), type) => Make(nameof(Real), type),
            _ => Parsed(type),
        };
    }

    private static SizeType? Parsed(Type type) =>
        type.IsValueType && Is(typeof(IParsable<>), type) ? Make(nameof(Parsable), type) : null;

    private static SizeType? OrNone(SizeType? inner) => inner is null ? null : inner with
    {
        HelpName = inner.HelpName + "|" + None,
        Range = inner.Range + ", or " + None,
        TryParse = (string text, out object? value) => text.Equals(None, StringComparison.OrdinalIgnoreCase)
            ? (value = null) is null : inner.TryParse(text, out value),
        Text = value => value is null ? None : inner.Text(value),
    };

    private static SizeType Words() => new(
        "text", "a text", static (string text, out object? value) => (value = text) is not null, static value => (string?)value);

    private static SizeType Switch() => new(
        "true|false", "true or false",
        static (string text, out object? value) =>
        {
            var isBool = bool.TryParse(text, out var flag);
            value = flag;
            return isBool;
        },
        static value => value is true ? "true" : "false")
    {
        IsSwitch = true,
    };

    private static SizeType Time() => new(
        "time", "a time like 2026-01-31T12:00:00",
        static (string text, out object? value) =>
        {
            var isTime = DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time);
            value = time;
            return isTime;
        },
        static value => ((DateTime)value!).ToString("O", CultureInfo.InvariantCulture));

    /// <summary>An enum by the lower-case names of its values. Several flags are separated by a plus.</summary>
    private static SizeType Named(Type type, object? @default)
    {
        var isFlags = type.IsDefined(typeof(FlagsAttribute), inherit: false);
        var choices = string.Join('|', Enum.GetNames(type)).ToLowerInvariant();
        return new(
            isFlags ? choices + "+…" : choices,
            choices.Replace("|", ", ", StringComparison.Ordinal)
            + (isFlags ? ", or several with a plus between them" : string.Empty),
            TryParse, Text)
        {
            Choices = type,
        };

        bool TryParse(string text, out object? value)
        {
            // Accept the default even if it has no name.
            value = @default is not null && text == Number(@default) && Text(@default) == text ? @default : null;
            if (value is null)
            {
                var names = (isFlags ? text.Split('+') : [text]).Select(Find).ToArray();
                value = Array.TrueForAll(names, static name => name is not null)
                    ? Enum.Parse(type, string.Join(',', names))
                    : null;
            }

            return value is not null;
        }

        // Prefer an exact match, because names may differ only in case.
        string? Find(string text) => Enum.GetNames(type).OrderBy(name => name != text)
            .FirstOrDefault(name => name.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase));

        string? Text(object? value) => Number(value!) is var number && value!.ToString() is { } name && name != number
            ? string.Join('+', name.Split(", ").Select(Shown)) : number;

        string Shown(string name) => Find(name.ToLowerInvariant()) == name ? name.ToLowerInvariant() : name;

        static string Number(object value) => ((Enum)value).ToString("D");
    }

    private static SizeType Whole<T>(bool isCount) where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var least = isCount ? T.One : T.MinValue;
        return new(
            "n", string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {T.MaxValue}"),
            (string text, out object? value) =>
            {
                var isWhole = T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                    && number >= least;
                value = number;
                return isWhole;
            },
            Written);
    }

    /// <summary>A number in the notations of <see cref="Numbers"/>, infinity or NaN.</summary>
    private static SizeType Real<T>() where T : struct, INumber<T> => new(
        "x", "a number like 0.125, 1e-2 or 1/8",
        static (string text, out object? value) =>
        {
            var isExact = T.TryParse(text, Style, CultureInfo.InvariantCulture, out var number)
                && (T.IsFinite(number) || !text.Any(char.IsAsciiDigit));
            value = isExact ? number
                : Numbers.TryParse(text, out var other) && TryConvertTo<T>(other) is { } converted ? converted
                : null;
            return value is not null;
        },
        Written);

    private static T? TryConvertTo<T>(double value) where T : struct, INumber<T>
    {
        try
        {
            var number = T.CreateChecked(value);
            return T.IsFinite(number) ? number : null;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static SizeType Parsable<T>() where T : struct, IParsable<T> => new(
        typeof(T).Name.ToLowerInvariant(), $"a {typeof(T).Name}",
        static (string text, out object? value) =>
        {
            var isParsed = T.TryParse(text, CultureInfo.InvariantCulture, out var parsed);
            value = parsed;
            return isParsed;
        },
        Written);

    private static string? Written(object? value) => value switch
    {
        DateTimeOffset or DateOnly or TimeOnly => ((IFormattable)value).ToString("O", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString(),
    };

    private static bool Is(Type generic, Type type) => type.GetInterfaces()
        .Any(candidate => candidate.IsGenericType
            && candidate.GetGenericTypeDefinition() == generic
            && candidate.GenericTypeArguments[0] == type);

    private static SizeType Make(string method, Type type, params object[] arguments) => (SizeType)typeof(SizeType)
        .GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, arguments)!;
}
