using SuParDsl.Lab.Data.BytePairs;

namespace SuParDsl.Lab.Data.Pretrained;

/// <summary>
/// The merges of a tokenizer that merges any two neighbours whose concatenation is a token, the best token first, as tiktoken and
/// SentencePiece do.
/// </summary>
internal static class PieceMerges
{
    /// <summary>Every way to make each token from two others.</summary>
    /// <param name="tokens">The tokens, each with its rank: a lower one is merged first, and of equal ones the leftmost.</param>
    public static Dictionary<BytePair, (int Rank, int Merged)> Of(IEnumerable<(string Token, int Id, int Rank)> tokens)
    {
        (string Token, int Id, int Rank)[] all = [.. tokens];
        var ids = all.ToDictionary(static token => token.Token, static token => token.Id);
        var lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        var merges = new Dictionary<BytePair, (int, int)>();
        foreach (var (token, id, rank) in all)
        {
            for (var at = 1; at < token.Length; at++)
            {
                if (lookup.TryGetValue(token.AsSpan(0, at), out var left) && lookup.TryGetValue(token.AsSpan(at), out var right))
                {
                    merges.TryAdd(new(left, right), (rank, id));
                }
            }
        }

        return merges;
    }
}
