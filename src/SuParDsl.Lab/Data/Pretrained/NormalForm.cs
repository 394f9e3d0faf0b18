using System.Globalization;
using System.Text;

namespace SuParDsl.Lab.Data.Pretrained;

/// <summary>
/// Unicode's normalization form C. .NET without ICU, as here, returns every text as it is and says nothing, so that a text which
/// may change in this form is refused.
/// </summary>
internal static class NormalForm
{
    // Characters with another form of their own: signs, compatibility ideographs, and letters that are never composed.
    private static readonly (char First, char Last)[] Replaced =
    [
        ('\u0340', '\u0345'), ('\u0374', '\u0374'), ('\u037E', '\u037E'), ('\u0387', '\u0387'), ('\u0958', '\u095F'),
        ('\u09DC', '\u09DF'), ('\u0A33', '\u0A36'), ('\u0A59', '\u0A5E'), ('\u0B5C', '\u0B5D'), ('\u0F43', '\u0F81'),
        ('\u1F71', '\u1FFD'), ('\u2000', '\u2001'), ('\u2126', '\u212B'), ('\u2329', '\u232A'), ('\u2ADC', '\u2ADC'),
        ('\uF900', '\uFAFF'), ('\uFB1D', '\uFB4E'),
    ];

    /// <summary>Returns a text that is certainly in form C.</summary>
    /// <exception cref="UserException">The text may change in form C; the message names the first such character.</exception>
    public static string RequireComposed(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value >= 0x300 && MayChange(rune.Value, Rune.GetUnicodeCategory(rune)))
            {
                throw new UserException(
                    $"the character U+{rune.Value:X4} may change in Unicode's normalization form C, "
                    + "which the tokenizer asks for, and .NET "
                    + "without ICU cannot normalize: remove such characters, "
                    + "or encode the text with the tokenizer's own library and give the ids");
            }
        }

        return text;
    }

    // Marks and the vowels and ends of Hangul syllables may be composed with the character before them, or change places.
    private static bool MayChange(int value, UnicodeCategory category) =>
        value is (>= 0x1161 and <= 0x1175) or (>= 0x11A8 and <= 0x11C2) or (>= 0x2F800 and <= 0x2FA1D)
            or (>= 0x1D15E and <= 0x1D1C0)
            || Array.Exists(Replaced, range => value >= range.First && value <= range.Last)
            || category is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
