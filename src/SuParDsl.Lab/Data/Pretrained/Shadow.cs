using System.Globalization;
using System.Text;

namespace SuParDsl.Lab.Data.Pretrained;

/// <summary>
/// A text for regular expressions, with one UTF-16 code unit for each character. .NET's expressions see a letter beyond U+FFFF as
/// two halves, which are no letters (dotnet/runtime#36425), so that here another letter of the same category stands for it.
/// </summary>
internal sealed class Shadow
{
    private readonly int[]? positions;

    private Shadow(string text, int[]? positions) => (Text, this.positions) = (text, positions);

    /// <summary>The text to match.</summary>
    public string Text { get; }

    /// <summary>The shadow of a text, which is the text itself unless it has characters beyond U+FFFF.</summary>
    public static Shadow Of(string text)
    {
        if (!text.Any(char.IsSurrogate))
        {
            return new(text, null);
        }

        var (shadow, positions, at) = (new StringBuilder(text.Length), new List<int>(text.Length), 0);
        foreach (var rune in text.EnumerateRunes())
        {
            positions.Add(at);
            shadow.Append(rune.IsBmp ? (char)rune.Value : Like(Rune.GetUnicodeCategory(rune)));
            at += rune.Utf16SequenceLength;
        }

        positions.Add(at);
        return new(shadow.ToString(), [.. positions]);
    }

    /// <summary>The position in the original text.</summary>
    public int Original(int position) => positions is null ? position : positions[position];

    private static char Like(UnicodeCategory category) => category switch
    {
        UnicodeCategory.UppercaseLetter => 'À',
        UnicodeCategory.LowercaseLetter => 'à',
        UnicodeCategory.TitlecaseLetter => 'ǅ',
        UnicodeCategory.ModifierLetter => 'ʰ',
        UnicodeCategory.OtherLetter => 'ª',
        UnicodeCategory.NonSpacingMark => '\u0300',
        UnicodeCategory.SpacingCombiningMark => '\u0903',
        UnicodeCategory.EnclosingMark => '\u0488',
        UnicodeCategory.DecimalDigitNumber => '\u0660',
        UnicodeCategory.LetterNumber => 'Ⅰ',
        UnicodeCategory.OtherNumber => '²',
        UnicodeCategory.ConnectorPunctuation => '‿',
        UnicodeCategory.DashPunctuation => '‐',
        UnicodeCategory.OpenPunctuation => '༺',
        UnicodeCategory.ClosePunctuation => '༻',
        UnicodeCategory.OtherPunctuation => '¡',
        UnicodeCategory.MathSymbol => '¬',
        UnicodeCategory.CurrencySymbol => '¢',
        UnicodeCategory.ModifierSymbol => '´',
        UnicodeCategory.OtherSymbol => '©',
        UnicodeCategory.Format => '\u00AD',
        UnicodeCategory.PrivateUse => '\uE000',
        _ => '\u0378',
    };
}
