using System.Globalization;
using System.Text;

namespace SuParDsl;

/// <summary>
/// Makes a message safe to display: text from a damaged file must neither move the terminal's cursor nor fill the screen.
/// </summary>
internal static class OneLine
{
    private const int MaxLength = 2000;

    /// <summary>Escapes control characters, as in <c>\u001B</c>, and truncates very long text.</summary>
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

    // Format includes the marks that change the direction of writing. Line and paragraph separators have categories of their own.
    private static bool Moves(char letter) => char.GetUnicodeCategory(letter)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator;
}
