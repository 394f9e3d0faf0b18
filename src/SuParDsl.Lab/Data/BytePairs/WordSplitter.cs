using System.Text;

namespace SuParDsl.Lab.Data.BytePairs;

/// <summary>
/// Splits a text at the boundaries that merges never cross: GPT-2's words, numbers, and runs of punctuation and of white space.
/// GPT-2 defines them by the pattern <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c> over
/// characters.
/// </summary>
/// <remarks>
/// The pattern is implemented by hand because .NET's regular expressions match UTF-16 code units: they see a letter or digit
/// beyond U+FFFF as two surrogates, which are neither letters nor digits (dotnet/runtime#36425).
/// </remarks>
internal static class WordSplitter
{
    private static readonly string[] Contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private enum Kind
    {
        Letter,
        Number,
        Space,
        Other,
    }

    /// <summary>The lengths of a text's words, in UTF-16 code units.</summary>
    public static IEnumerable<int> Words(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var length = FirstWord(text.AsSpan(at));
            yield return length;
            at += length;
        }
    }

    /// <summary>The length of a text's first word, in UTF-16 code units.</summary>
    /// <param name="text">The text; it must not be empty.</param>
    public static int FirstWord(ReadOnlySpan<char> text)
    {
        foreach (var contraction in Contractions)
        {
            if (text.StartsWith(contraction))
            {
                return contraction.Length;
            }
        }

        // A single space belongs to the word after it.
        var blank = text[0] == ' ' ? 1 : 0;
        if (blank < text.Length && KindOf(text[blank..], out _) is not Kind.Space and var kind)
        {
            return blank + Run(text[blank..], kind);
        }

        // The last character of white space before a word is left to that word. All white space is below U+FFFF.
        var spaces = Run(text, Kind.Space);
        return spaces == text.Length || spaces == 1 ? spaces : spaces - 1;
    }

    private static int Run(ReadOnlySpan<char> text, Kind kind)
    {
        var length = 0;
        while (length < text.Length && KindOf(text[length..], out var width) == kind)
        {
            length += width;
        }

        return length;
    }

    private static Kind KindOf(ReadOnlySpan<char> text, out int width)
    {
        // A lone surrogate becomes U+FFFD, as it does in UTF-8.
        _ = Rune.DecodeFromUtf16(text, out var rune, out width);
        return Rune.IsLetter(rune) ? Kind.Letter
            : Rune.IsNumber(rune) ? Kind.Number
            : Rune.IsWhiteSpace(rune) ? Kind.Space
            : Kind.Other;
    }
}
