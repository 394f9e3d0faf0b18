namespace SuParDsl.Lab.Data.BytePairs;

/// <summary>
/// Applies merges to words as GPT-2 does: it merges the pairs of the earliest merge in the word, from left to right, and repeats
/// until no pair is left. A priority queue of the pairs makes this O(n log n) for a word of n bytes.
/// </summary>
/// <param name="merges">The rank of each merge and the token that it makes.</param>
/// <param name="isImmediate">
/// Whether an earlier merge that becomes possible goes first, as in tiktoken, SentencePiece and Hugging Face's library, instead
/// of after all pairs of the present merge, as in GPT-2.
/// </param>
internal sealed class WordMerger(Dictionary<BytePair, (int Rank, int Merged)> merges, bool isImmediate = false)
{
    private const int PlaceBits = 32;

    // The positions of pairs, ordered by the rank of their merge and then from left to right.
    private readonly PriorityQueue<int, long> queue = new();
    private readonly List<(int Place, long Priority)> found = [];

    /// <summary>The number of queue operations.</summary>
    public long Operations { get; private set; }

    /// <summary>Merges a word.</summary>
    /// <param name="word">Its bytes as tokens.</param>
    /// <param name="into">The list to which the tokens of the word are added.</param>
    /// <param name="progress">Receives the rank of the merge that is next, for the progress of a long word.</param>
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

                // Skip a pair that no longer exists because one of its tokens was merged with another neighbour.
                if (TryGet(chain, place, out var merge) && merge.Rank == rank)
                {
                    chain.Merge(place, merge.Merged);
                    Find(chain, chain.Previous(place));
                    Find(chain, place);
                    if (isImmediate)
                    {
                        EnqueueFound();
                    }
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

    // Enqueue new pairs only after the whole merge, because a token that can be made in two ways may begin pairs of an earlier
    // merge.
    private void EnqueueFound()
    {
        queue.EnqueueRange(found);
        Operations += found.Count;
        found.Clear();
    }
}
