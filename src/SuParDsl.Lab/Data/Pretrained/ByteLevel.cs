using System.Text;
using SuParDsl.Lab.Data.BytePairs;

namespace SuParDsl.Lab.Data.Pretrained;

/// <summary>Byte pairs over bytes that are written as GPT-2's letters, with another way of splitting text than GPT-2's.</summary>
internal static class ByteLevel
{
    /// <summary>A tokenizer.</summary>
    /// <param name="place">The file, for messages.</param>
    /// <param name="ids">The tokens in <see cref="ByteLetters"/>.</param>
    /// <param name="merges">The rank of each merge and the token that it makes.</param>
    /// <param name="splitter">Splits text into words.</param>
    /// <param name="takesWholeWords">Whether a word that is a token is that token, whatever the merges make of it.</param>
    /// <param name="special">The tokens that stand for themselves in text, and those that no text is encoded to.</param>
    /// <param name="isFound">Whether special tokens are found in text.</param>
    /// <param name="end">The token that ends a document; null if there is none.</param>
    /// <exception cref="UserException">A byte has no token.</exception>
    public static TokenizerModel Model(
        string place, Dictionary<string, int> ids, Dictionary<BytePair, (int Rank, int Merged)> merges, TextSplitter splitter,
        bool takesWholeWords, IReadOnlyDictionary<string, int> special, bool isFound, int? end)
    {
        var bytes = new int[256];
        for (var value = 0; value < 256; value++)
        {
            bytes[value] = ids.TryGetValue(ByteLetters.Of((byte)value).ToString(), out var id) ? id : throw new UserException(
                $"{place} has no token for the byte {value:X2}: it is damaged, or not of byte-level pairs");
        }

        var encoder = new BytePairEncoder(bytes, merges, splitter.Words, takesWholeWords ? ids : null);
        var size = ids.Values.Concat(special.Values).Max() + 1;
        var decoded = new byte[size][];
        foreach (var (token, id) in ids)
        {
            decoded[id] = token.All(ByteLetters.IsLetter) ? ByteLetters.Bytes(token) : Encoding.UTF8.GetBytes(token);
        }

        foreach (var (token, id) in special)
        {
            decoded[id] = Encoding.UTF8.GetBytes(token);
        }

        var found = new SpecialTokens(isFound ? special : new Dictionary<string, int>());
        return new(
            size, end, text => found.Encode(text, (part, _) => encoder.Encode(part)),
            given => Encoding.UTF8.GetString([.. given.SelectMany(id => decoded[id] ?? [])]));
    }
}
