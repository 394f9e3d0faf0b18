using System.Globalization;

namespace SuParDsl.Lab.Interop;

/// <summary>Names of tensors in which <c>*</c> stands for one number.</summary>
internal static class NamePattern
{
    /// <summary>
    /// The number in place of the star; an empty text if the pattern has none and is the name; null if it does not fit.
    /// </summary>
    public static string? NumberIn(string pattern, string name)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (star < 0)
        {
            return pattern == name ? string.Empty : null;
        }

        var (before, after) = (pattern[..star], pattern[(star + 1)..]);
        if (name.Length < pattern.Length || !name.StartsWith(before, StringComparison.Ordinal)
            || !name.EndsWith(after, StringComparison.Ordinal))
        {
            return null;
        }

        // A number in another form, such as 01, would be a second name of the same block.
        var number = name[star..^after.Length];
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value.ToString(CultureInfo.InvariantCulture) == number ? number : null;
    }

    /// <summary>The name for a number.</summary>
    public static string With(string pattern, int number) => With(pattern, number.ToString(CultureInfo.InvariantCulture));

    /// <summary>The name for a number as <see cref="NumberIn"/> returns it.</summary>
    public static string With(string pattern, string number) => pattern.Replace("*", number, StringComparison.Ordinal);
}
