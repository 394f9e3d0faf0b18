namespace SuParDsl.Lab.Generation;

/// <summary>
/// The distribution of the next token. As in Transformers, the repetition penalty comes first, then temperature, top-k, top-p and
/// min-p, each over the tokens that the one before has left.
/// </summary>
internal static class TokenDistribution
{
    /// <summary>The probability of every token.</summary>
    /// <param name="logits">The logits of every token.</param>
    /// <param name="earlier">The tokens of the text so far.</param>
    /// <param name="sampling">How tokens are drawn.</param>
    /// <exception cref="UserException">A logit is NaN, or the largest is infinite.</exception>
    public static double[] Of(ReadOnlySpan<float> logits, IReadOnlySet<int> earlier, Sampling sampling)
    {
        var scores = new double[logits.Length];
        for (var id = 0; id < scores.Length; id++)
        {
            scores[id] = logits[id];
        }

        if (sampling.RepetitionPenalty != 1)
        {
            foreach (var id in earlier)
            {
                scores[id] = scores[id] > 0 ? scores[id] / sampling.RepetitionPenalty : scores[id] * sampling.RepetitionPenalty;
            }
        }

        var likeliest = Likeliest(scores);
        if (sampling.Temperature == 0)
        {
            Array.Clear(scores);
            scores[likeliest] = 1;
            return scores;
        }

        var least = sampling.TopK > 0 && sampling.TopK < scores.Length
            ? Largest(scores, sampling.TopK) : double.NegativeInfinity;
        var highest = scores[likeliest];
        for (var id = 0; id < scores.Length; id++)
        {
            // Tokens that are as likely as the last of the top k are kept, too.
            scores[id] = scores[id] < least ? 0 : Math.Exp((scores[id] - highest) / sampling.Temperature);
        }

        KeepTopP(scores, sampling.TopP);
        return KeepMinP(scores, likeliest, sampling.MinP);
    }

    /// <summary>The token at a place of the cumulative distribution.</summary>
    /// <param name="probabilities">The probability of every token.</param>
    /// <param name="place">The place, in [0, 1).</param>
    public static int Choose(ReadOnlySpan<double> probabilities, double place)
    {
        var last = 0;
        for (var id = 0; id < probabilities.Length; id++)
        {
            if (probabilities[id] > 0)
            {
                last = id;
                place -= probabilities[id];
                if (place < 0)
                {
                    break;
                }
            }
        }

        return last;
    }

    private static int Likeliest(double[] scores)
    {
        var best = 0;
        for (var id = 0; id < scores.Length; id++)
        {
            if (double.IsNaN(scores[id]))
            {
                throw new UserException($"the model's logit of token {id} is NaN: its weights have diverged");
            }

            best = scores[id] > scores[best] ? id : best;
        }

        return double.IsFinite(scores[best]) ? best
            : throw new UserException($"the model's largest logit is {scores[best]}: its weights have diverged");
    }

    // The k-th largest score. The queue holds the k largest so far, with the smallest of them first.
    private static double Largest(double[] scores, int k)
    {
        var queue = new PriorityQueue<double, double>(k);
        foreach (var score in scores)
        {
            if (queue.Count < k)
            {
                queue.Enqueue(score, score);
            }
            else if (score > queue.Peek())
            {
                queue.EnqueueDequeue(score, score);
            }
        }

        return queue.Peek();
    }

    // The smallest number of the likeliest tokens whose probabilities add up to p. The likeliest is always one of them.
    private static void KeepTopP(double[] weights, double p)
    {
        if (p >= 1)
        {
            return;
        }

        var left = p * weights.Sum();
        var order = Enumerable.Range(0, weights.Length).Where(id => weights[id] > 0).OrderByDescending(id => weights[id]);
        foreach (var (rank, id) in order.ToArray().Index())
        {
            if (rank > 0 && left <= 0)
            {
                weights[id] = 0;
            }

            left -= weights[id];
        }
    }

    private static double[] KeepMinP(double[] weights, int likeliest, double minP)
    {
        var least = minP * weights[likeliest];
        double sum = 0;
        for (var id = 0; id < weights.Length; id++)
        {
            weights[id] = weights[id] < least ? 0 : weights[id];
            sum += weights[id];
        }

        for (var id = 0; id < weights.Length; id++)
        {
            weights[id] /= sum;
        }

        return weights;
    }
}
