using System.Text;

namespace SuParDsl.Generators.Sizes;

/// <summary>The identifiers inside a text of C# or of a size, where a name with a trailing ₀ is the base's.</summary>
internal static class Identifiers
{
    public static bool IsOne(string text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (!IsPart(text[i]))
            {
                return false;
            }
        }

        return text.Length > 0 && (IsStart(text[0]) || text[0] == '?');
    }

    public static IEnumerable<string> In(string text)
    {
        foreach (var (start, length) in Spans(text))
        {
            yield return text.Substring(start, length);
        }
    }

    /// <summary>
    /// Replaces identifiers. An identifier stays if its replacement is null. Members after a dot are not identifiers here.
    /// </summary>
    public static string Replace(string text, Func<string, string?> replacement)
    {
        var result = new StringBuilder();
        var end = 0;
        foreach (var (start, length) in Spans(text))
        {
            var name = text.Substring(start, length);
            result.Append(text, end, start - end).Append(replacement(name) ?? name);
            end = start + length;
        }

        return result.Append(text, end, text.Length - end).ToString();
    }

    private static IEnumerable<(int Start, int Length)> Spans(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!IsPart(text[i]) && text[i] != '?')
            {
                continue;
            }

            var start = i;
            while (i + 1 < text.Length && IsPart(text[i + 1]))
            {
                i++;
            }

            var isMember = start > 0 && text[start - 1] == '.';
            if (!isMember && (IsStart(text[start]) || (text[start] == '?' && i > start)))
            {
                yield return (start, i - start + 1);
            }
        }
    }

    private static bool IsStart(char c) => char.IsLetter(c) || c == '_';

    private static bool IsPart(char c) => char.IsLetterOrDigit(c) || c is '_' or '₀';
}
