using System.Text.RegularExpressions;
using SuParDsl.Lab.Data.BytePairs;

namespace SuParDsl.Lab.Data.Pretrained;

/// <summary>
/// Splits a text into the words that merges never cross, by expressions that are applied one after another. Each match of an
/// expression becomes a word, and so does each gap between matches.
/// </summary>
internal sealed class TextSplitter
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Regex[] expressions;
    private readonly bool hasGpt2;

    /// <param name="place">The file, for messages.</param>
    /// <param name="patterns">The expressions, in the notation of Oniguruma and of Rust.</param>
    /// <param name="hasGpt2">Whether GPT-2's splitting follows the expressions.</param>
    /// <exception cref="UserException">An expression has something that .NET does not know, or means differently.</exception>
    public TextSplitter(string place, IEnumerable<string> patterns, bool hasGpt2) =>
        (expressions, this.hasGpt2) = ([.. patterns.Select(pattern => Expression(place, pattern))], hasGpt2);

    /// <summary>The lengths of a text's words.</summary>
    public IEnumerable<int> Words(string text)
    {
        var shadow = Shadow.Of(text);
        IEnumerable<(int Start, int Length)> pieces = [(0, shadow.Text.Length)];
        foreach (var expression in expressions)
        {
            pieces = pieces.SelectMany(piece => Split(expression, shadow.Text, piece));
        }

        var words =
            pieces.Select(piece => (Start: shadow.Original(piece.Start), End: shadow.Original(piece.Start + piece.Length)));
        return hasGpt2
            ? words.SelectMany(word => WordSplitter.Words(text[word.Start..word.End]))
            : words.Select(static word => word.End - word.Start);
    }

    private static IEnumerable<(int Start, int Length)> Split(Regex expression, string text, (int Start, int Length) piece)
    {
        // Each piece is a text of its own, so that an expression sees its end.
        var own = piece.Length == text.Length ? text : text.Substring(piece.Start, piece.Length);
        var at = 0;
        for (var match = Next(expression, own, 0); match.Success; match = Next(expression, own, at))
        {
            if (match.Index > at)
            {
                yield return (piece.Start + at, match.Index - at);
            }

            if (match.Length == 0)
            {
                throw new UserException($"the tokenizer's expression {expression} matches an empty text, which would never end");
            }

            yield return (piece.Start + match.Index, match.Length);
            at = match.Index + match.Length;
        }

        if (at < own.Length)
        {
            yield return (piece.Start + at, own.Length - at);
        }
    }

    private static Match Next(Regex expression, string text, int at)
    {
        try
        {
            return expression.Match(text, at);
        }
        catch (RegexMatchTimeoutException)
        {
            throw new UserException(
                $"the tokenizer's expression {expression} takes more than {Longest.TotalSeconds} s on this text");
        }
    }

    private static Regex Expression(string place, string pattern)
    {
        if (pattern.Any(char.IsSurrogate) || pattern.Contains("\\x{1", StringComparison.OrdinalIgnoreCase)
            || pattern.Contains("\\X", StringComparison.Ordinal) || pattern.Contains("&&", StringComparison.Ordinal)
            || pattern.Contains("++", StringComparison.Ordinal) || pattern.Contains("?+", StringComparison.Ordinal)
            || pattern.Contains("*+", StringComparison.Ordinal))
        {
            throw new UserException(
                $"{place} splits text by the expression {pattern}, which has possessive quantifiers, intersections or "
                    + "characters beyond U+FFFF: these are not supported");
        }

        try
        {
            // Elsewhere U+017F, the long s, is an s without regard to case. In .NET it is not.
            return new(
                pattern.Replace("(?i:'s|", "(?i:'s|'\u017F|", StringComparison.Ordinal),
                RegexOptions.CultureInvariant | RegexOptions.Compiled, Longest);
        }
        catch (ArgumentException e)
        {
            throw new UserException(
                $"{place} splits text by the expression {pattern}, which is not supported: {e.Message.Split('\n')[0]}");
        }
    }
}
