using NanoGpt;
using SuParDsl.Lab.Data.BytePairs;
using SuParDsl.Lab.Data.Tokenizers;
using SuParDsl.Lab.Evaluations;
using SuParDsl.Lab.Tests.Interop;

namespace SuParDsl.Lab.Tests.Evaluations;

/// <summary>Requests for likelihoods, and their computation in batches.</summary>
public sealed class LikelihoodTests
{
    private const int Vocabulary = 19, Context = 12;

    [Fact]
    public void Batches_give_what_each_sequence_gives_by_itself()
    {
        using var model = new Gpt(
            Gpt.Base with { Vocab = Vocabulary, Context = Context, Width = 32, Layers = 2, HeadDim = 16, Density = 1 / 4.0 },
            seed: 3);
        var random = new Random(1);
        TokenRequest[] requests = [.. Enumerable.Range(0, 150).Select(_ =>
        {
            int[] ids = [.. Enumerable.Range(0, random.Next(2, Context + 2)).Select(_ => random.Next(Vocabulary))];
            return new TokenRequest(ids, random.Next(1, ids.Length));
        })];

        // One request whose tokens are each the likeliest one.
        List<int> greedy = [5];
        for (var i = 0; i < 6; i++)
        {
            var last = ImportedRun.Logits(model, [.. greedy.Select(static id => (long)id)]).AsSpan(^Vocabulary..).ToArray();
            greedy.Add(Array.IndexOf(last, last.Max()));
        }

        requests = [.. requests, new([.. greedy], 6)];
        var shares = new List<double>();
        var scores = new LogLikelihoods(model, Vocabulary, TorchSharp.torch.CPU).Of(requests, shares.Add, default);
        Assert.Equal(1, shares[^1]);
        foreach (var (request, score) in requests.Zip(scores))
        {
            var logits = ImportedRun.Logits(model, [.. request.Ids[..^1].Select(static id => (long)id)]);
            var expected = 0.0;
            var isGreedy = true;
            for (var at = request.Ids.Length - 1 - request.Scored; at < request.Ids.Length - 1; at++)
            {
                double[] row = [.. logits.Skip(at * Vocabulary).Take(Vocabulary).Select(static logit => (double)logit)];
                expected += row[request.Ids[at + 1]] - row.Max() - Math.Log(row.Sum(logit => Math.Exp(logit - row.Max())));
                isGreedy &= Array.IndexOf(row, row.Max()) == request.Ids[at + 1];
            }

            Assert.Equal(expected, score.LogLikelihood, 1e-4);
            Assert.Equal((isGreedy, request.Scored), (score.IsGreedy, score.Tokens));
        }

        Assert.True(scores[^1].IsGreedy);
    }

    /// <summary>The example of lm-evaluation-harness: 34 tokens, windows of 10.</summary>
    [Fact]
    public void A_text_is_cut_into_windows_that_score_each_token_once()
    {
        var tokenizer = new IdTokenizer(100);
        var requests = TokenRequest.Of(tokenizer, string.Empty, string.Join(' ', Enumerable.Range(1, 34)), window: 10).ToList();
        Assert.Equal([10, 10, 10, 4], requests.Select(static request => request.Scored));
        Assert.Equal([0, .. Enumerable.Range(1, 10)], requests[0].Ids); // 0 begins texts
        Assert.Equal(Enumerable.Range(10, 11), requests[1].Ids);
        Assert.Equal(Enumerable.Range(20, 11), requests[2].Ids);
        Assert.Equal(Enumerable.Range(24, 11), requests[3].Ids);
        Assert.Equal([0, 7], Assert.Single(TokenRequest.Of(tokenizer, string.Empty, "7", window: 10)).Ids);
    }

    [Fact]
    public void A_continuation_is_encoded_with_its_context()
    {
        var pairs = BytePairLearner.Learn(SmallText.Sentences, 300);
        var request = Assert.Single(TokenRequest.Of(pairs, "The cat sat on the ", " mat.", window: 64));
        Assert.Equal("The cat sat on the  mat.", pairs.Decode(request.Ids));
        Assert.Equal("  mat.", pairs.Decode(request.Ids[^request.Scored..])); // the space at the end belongs to the continuation
        var alone = Assert.Single(TokenRequest.Of(pairs, string.Empty, " mat.", window: 64));
        Assert.Equal((pairs.Start, alone.Ids.Length - 1), (alone.Ids[0], alone.Scored));
    }

    [Fact]
    public void A_long_context_loses_its_beginning_and_a_long_continuation_takes_several_windows()
    {
        var bytes = new ByteTokenizer(256);
        var request = Assert.Single(TokenRequest.Of(bytes, "abcdefgh", " xy", window: 6));
        Assert.Equal("efgh xy", bytes.Decode(request.Ids));
        Assert.Equal((3, true), (request.Scored, request.IsCut));
        Assert.False(Assert.Single(TokenRequest.Of(bytes, "abcd", " xy", window: 6)).IsCut);
        var parts = TokenRequest.Of(bytes, "qr", " abcdef", window: 5).ToList();
        Assert.Equal(["r abcd", " abcdef"[1..]], parts.Select(part => bytes.Decode(part.Ids)));
        Assert.Equal([5, 2], parts.Select(static part => part.Scored));
    }
}
