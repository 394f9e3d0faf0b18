namespace SuParDsl.Lab.Data.BytePairs;

/// <summary>
/// Applies merges to one word after another as GPT-2 does: of all pairs in the word those of the earliest merge are merged, from left to
/// right, until none is left. A queue of the pairs makes that n log n for a word of n bytes.
/// </summary>
/// <param name="merges">The order of each merge and the token that it makes.</param>
internal sealed class WordMerger(Dictionary<BytePair, (int Rank, int Merged)> merges)
{
    private const int PlaceBits = 32;

    // Places of pairs, by the order of their merge and then from left to right.
    private readonly PriorityQueue<int, long> queue = new();
    private readonly List<(int Place, long Priority)> found = [];

    /// <summary>How many pairs were put into the queue and taken out of it.</summary>
    public long Operations { get; private set; }

    /// <summary>Merges a word.</summary>
    /// <param name="word">Its bytes as tokens.</param>
    /// <param name="into">What the tokens that it becomes are added to.</param>
    /// <param name="progress">Is told, for a long word, of the merge that is next.</param>
    public void Merge(ReadOnlySpan<int> word, List<int> into, Action<int>? progress = null)
    {
        var chain = new TokenChain([TokenChain.None, .. word, TokenChain.None]);
        for (var place = 1; place <= word.Length; place++)
        {
            Find(chain, place);
        }

        for (EnqueueFound(); queue.TryPeek(out _, out var first); EnqueueFound())
        {
            var rank = (int)(first >> PlaceBits);
            progress?.Invoke(rank);
            while (queue.TryPeek(out var place, out var priority) && (int)(priority >> PlaceBits) == rank)
            {
                queue.Dequeue();
                Operations++;

                // A pair of which a part was merged with something else is not there any more.
                if (TryGet(chain, place, out var merge) && merge.Rank == rank)
                {
                    chain.Merge(place, merge.Merged);
                    Find(chain, chain.Previous(place));
                    Find(chain, place);
                }
            }
        }

        for (var place = 1; chain[place] != TokenChain.None; place = chain.Next(place))
        {
            into.Add(chain[place]);
        }
    }

    private void Find(TokenChain chain, int place)
    {
        if (TryGet(chain, place, out var merge))
        {
            found.Add((place, ((long)merge.Rank << PlaceBits) | (uint)place));
        }
    }

    private bool TryGet(TokenChain chain, int place, out (int Rank, int Merged) merge)
    {
        merge = default;
        return chain[place] != TokenChain.None && chain[chain.Next(place)] != TokenChain.None
            && merges.TryGetValue(new(chain[place], chain[chain.Next(place)]), out merge);
    }

    // Only after the whole merge: a token that can be made in two ways may begin pairs of an earlier merge.
    private void EnqueueFound()
    {
        queue.EnqueueRange(found);
        Operations += found.Count;
        found.Clear();
    }
}
