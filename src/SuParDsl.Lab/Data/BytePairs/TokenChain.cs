namespace SuParDsl.Lab.Data.BytePairs;

/// <summary>Rows of tokens as a doubly linked list in arrays, so that neighbours are merged in place, in constant time.</summary>
/// <param name="ids">The tokens; <see cref="None"/> stands before and after each row.</param>
internal sealed class TokenChain(int[] ids)
{
    /// <summary>No token: the end of a row, or a place whose token was merged into the one before it.</summary>
    public const int None = -1;

    private readonly int[] next = [.. Enumerable.Range(1, ids.Length)];
    private readonly int[] previous = [.. Enumerable.Range(-1, ids.Length)];

    /// <summary>The token at a place.</summary>
    public int this[int place] => ids[place];

    /// <summary>The place of the next token, or of the end of the row.</summary>
    public int Next(int place) => next[place];

    /// <summary>The place of the token before, or of the beginning of the row.</summary>
    public int Previous(int place) => previous[place];

    /// <summary>Merges the token at a place with the next one.</summary>
    /// <param name="place">The place, which the merged token takes.</param>
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
