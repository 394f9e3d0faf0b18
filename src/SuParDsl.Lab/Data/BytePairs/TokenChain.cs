namespace SuParDsl.Lab.Data.BytePairs;

/// <summary>
/// Sequences of tokens as a doubly linked list in arrays, so that neighbours are merged in place in constant time.
/// </summary>
/// <param name="ids">The tokens, with <see cref="None"/> before and after each sequence.</param>
internal sealed class TokenChain(int[] ids)
{
    /// <summary>No token: the end of a sequence, or a position whose token was merged into the one before it.</summary>
    public const int None = -1;

    private readonly int[] next = [.. Enumerable.Range(1, ids.Length)];
    private readonly int[] previous = [.. Enumerable.Range(-1, ids.Length)];

    /// <summary>The token at a position.</summary>
    public int this[int place] => ids[place];

    /// <summary>The position of the next token, or of the end of the sequence.</summary>
    public int Next(int place) => next[place];

    /// <summary>The position of the previous token, or of the beginning of the sequence.</summary>
    public int Previous(int place) => previous[place];

    /// <summary>Merges the token at a position with the next one.</summary>
    /// <param name="place">The position, where the merged token is written.</param>
    /// <param name="merged">The merged token.</param>
    public void Merge(int place, int merged)
    {
        var gone = next[place];
        ids[place] = merged;
        ids[gone] = None;
        next[place] = next[gone];
        previous[next[place]] = place;
    }
}
