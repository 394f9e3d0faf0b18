using static TorchSharp.torch;

namespace SuParDsl.Lab.Evaluations;

/// <summary>The likelihood of the scored tokens of a request.</summary>
/// <param name="LogLikelihood">Its natural logarithm.</param>
/// <param name="IsGreedy">Whether each of the tokens is the likeliest one at its position.</param>
/// <param name="Tokens">Their number.</param>
internal readonly record struct TokenScore(double LogLikelihood, bool IsGreedy, int Tokens);

/// <summary>Computes log-likelihoods with a language model.</summary>
/// <param name="model">The model. Its outputs at a position depend on the tokens up to there alone.</param>
/// <param name="vocabulary">The number of its tokens.</param>
/// <param name="device">Its device.</param>
internal sealed class LogLikelihoods(Model model, int vocabulary, Device device)
{
    // The largest number of logits that are computed at once: 256 MB.
    private const long MostLogits = 1 << 26;
    private const int MostRows = 64;

    /// <summary>The scores of some requests, in their order. Requests of similar lengths are computed together.</summary>
    /// <param name="requests">The requests.</param>
    /// <param name="done">Receives the fraction that is done.</param>
    /// <param name="stop">Asks to stop; the scores that are missing then are 0.</param>
    public TokenScore[] Of(IReadOnlyList<TokenRequest> requests, Action<double> done, CancellationToken stop)
    {
        using var frozen = no_grad();
        model.eval();
        var scores = new TokenScore[requests.Count];
        var order = Enumerable.Range(0, requests.Count).OrderByDescending(at => requests[at].Ids.Length).ToArray();
        for (var next = 0; next < order.Length && !stop.IsCancellationRequested;)
        {
            var length = requests[order[next]].Ids.Length - 1;
            var rows = (int)Math.Clamp(MostLogits / ((long)length * vocabulary), 1, MostRows);
            var batch = order.Skip(next).Take(rows).ToArray();
            foreach (var (at, score) in batch.Zip(Batch([.. batch.Select(at => requests[at])], length)))
            {
                scores[at] = score;
            }

            next += batch.Length;
            done((double)next / order.Length);
        }

        return scores;
    }

    // Shorter sequences are filled up at the end, which no token before sees.
    private TokenScore[] Batch(IReadOnlyList<TokenRequest> requests, int length)
    {
        using var scope = NewDisposeScope();
        var inputs = new long[requests.Count * length];
        List<long> places = [], targets = [];
        foreach (var (row, request) in requests.Index())
        {
            for (var at = 0; at < request.Ids.Length - 1; at++)
            {
                inputs[(row * length) + at] = request.Ids[at];
                if (at >= request.Ids.Length - 1 - request.Scored)
                {
                    places.Add((row * length) + at);
                    targets.Add(request.Ids[at + 1]);
                }
            }
        }

        var logits = model.call(tensor(inputs, [requests.Count, length], device: device)).reshape(-1, vocabulary)
            .index_select(0, tensor(places, device: device)).to(ScalarType.Float32);
        var expected = tensor(targets, [targets.Count, 1], device: device);
        float[] likelihoods = [.. nn.functional.log_softmax(logits, 1).gather(1, expected).cpu().data<float>()];
        bool[] greedy = [.. logits.argmax(1, keepdim: true).eq(expected).cpu().data<bool>()];
        var scores = new TokenScore[requests.Count];
        var first = 0;
        foreach (var (row, request) in requests.Index())
        {
            var range = first..(first + request.Scored);
            scores[row] = new(
                likelihoods[range].Sum(static value => (double)value), greedy[range].All(static x => x), request.Scored);
            first += request.Scored;
        }

        return scores;
    }
}
