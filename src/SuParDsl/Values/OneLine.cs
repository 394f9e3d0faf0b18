using System.Globalization;
using System.Text;

namespace SuParDsl;

/// <summary>Makes a message fit to be shown: what a damaged file holds must neither move the cursor nor fill the screen.</summary>
internal static class OneLine
{
    private const int MaxLength = 2000;

    /// <summary>A text with control characters as <c>\u001B</c>, cut where it is very long.</summary>
    public static string Of(string text)
    {
        var shown = text.Length > MaxLength ? text[..MaxLength] + "…" : text;
        if (!shown.Any(Moves))
        {
            return shown;
        }

        var line = new StringBuilder(shown.Length);
        foreach (var letter in shown)
        {
            _ = Moves(letter) ? line.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}") : line.Append(letter);
        }

        return line.ToString();
    }

    // Line separators, and the marks that turn the direction of writing, are of the other two kinds.
    private static bool Moves(char letter) => char.GetUnicodeCategory(letter)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
