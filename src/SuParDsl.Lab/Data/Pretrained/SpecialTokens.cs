using System.Text.RegularExpressions;

namespace SuParDsl.Lab.Data.Pretrained;

/// <summary>Finds special tokens in a text, the longest first, before anything else splits it.</summary>
/// <param name="ids">The text and id of each token.</param>
internal sealed class SpecialTokens(IReadOnlyDictionary<string, int> ids)
{
    private readonly Regex? expression = ids.Count == 0 ? null : new(
        string.Join('|', ids.Keys.OrderByDescending(static text => text.Length)
            .ThenBy(static text => text, StringComparer.Ordinal).Select(Regex.Escape)),
        RegexOptions.CultureInvariant);

    /// <summary>Encodes a text: special tokens become their ids, and everything between them is encoded by a function.</summary>
    /// <param name="text">The text.</param>
    /// <param name="encode">Encodes a part, and is told whether the part begins the text.</param>
    public int[] Encode(string text, Func<string, bool, int[]> encode)
    {
        if (expression is null || !expression.IsMatch(text))
        {
            return text.Length == 0 ? [] : encode(text, true);
        }

        List<int> encoded = [];
        var at = 0;
        foreach (var match in expression.EnumerateMatches(text))
        {
            if (match.Index > at)
            {
                encoded.AddRange(encode(text[at..match.Index], at == 0));
            }

            encoded.Add(ids[text.Substring(match.Index, match.Length)]);
            at = match.Index + match.Length;
        }

        if (at < text.Length)
        {
            encoded.AddRange(encode(text[at..], at == 0));
        }

        return [.. encoded];
    }
}
