using SuParDsl.Lab.Evaluations;

namespace SuParDsl.Lab.Tests.Evaluations;

/// <summary>Metrics and their standard errors from given likelihoods.</summary>
public sealed class TaskMetricsTests
{
    [Fact]
    public void Choices_are_compared_with_and_without_their_lengths()
    {
        Question[] questions =
        [
            new("1", "q", ["short", "a longer choice"], 1), new("2", "q", ["éé", "abc"], 0),
            new("3", "q", ["a", "b", "c", "d"], 3),
        ];
        var metrics = TaskMetrics.OfChoices(questions, [Scores(-10, -20), Scores(-4, -5.5), Scores(-3, -2, -4, -5)]);

        // 1: 10/5 = 2 and 20/15 = 1.33. 2: by characters 4/2 = 2 and 5.5/3 = 1.83, by bytes 4/4 = 1 and 1.83.
        Assert.Equal((1 / 3.0, 1 / 3.0, 2 / 3.0), (metrics["acc"].Value, metrics["acc_norm"].Value, metrics["acc_bytes"].Value));
        Assert.Equal((0.5 + 0.5 + 0.25) / 3, metrics["acc"].Random, 1e-12);

        // √(p(1 − p)/(n − 1)), as of a mean of zeros and ones.
        Assert.Equal(Math.Sqrt(1 / 3.0 * (2 / 3.0) / 2), metrics["acc"].Error!.Value, 1e-12);
        Assert.Null(TaskMetrics.OfChoices([questions[0]], [Scores(-10, -20)])["acc"].Error);
    }

    [Fact]
    public void Last_words_are_right_if_every_token_is_the_likeliest()
    {
        var metrics = TaskMetrics.OfLastWords([new(-1, true, 1), new(-3, false, 2)], vocabulary: 10);
        Assert.Equal((0.5, Math.Exp(2)), (metrics["acc"].Value, metrics["perplexity"].Value));
        Assert.Equal(0.055, metrics["acc"].Random, 1e-12);
        Assert.Equal(Math.Pow(10, 1.5), metrics["perplexity"].Random, 1e-9);
        Assert.Equal(1 * Math.Exp(2), metrics["perplexity"].Error!.Value, 1e-9); // deviation √2 of two values, by √2
    }

    [Fact]
    public void Texts_have_one_likelihood_and_several_units()
    {
        string[] texts = ["two words", "é"];
        var metrics = TaskMetrics.OfTexts(texts, [new(-9, false, 9), new(-4, false, 1)], vocabulary: 8);
        Assert.Equal(Math.Exp(13 / 3.0), metrics["word_perplexity"].Value, 1e-9);
        Assert.Equal(Math.Exp(13 / 11.0), metrics["byte_perplexity"].Value, 1e-9);
        Assert.Equal(Math.Exp(13 / 10.0), metrics["perplexity"].Value, 1e-9);
        Assert.Equal(13 / 11.0 / Math.Log(2), metrics["bits_per_byte"].Value, 1e-9);
        Assert.Equal(8, metrics["perplexity"].Random, 1e-9);
        Assert.Equal(30 / 11.0, metrics["bits_per_byte"].Random, 1e-9);

        // A ratio estimator: residuals −1.636 and 1.636 of the rate 13/11, √(2 · 2 · 1.636²)/11.
        var residual = 9 - (13 / 11.0 * 9);
        Assert.Equal(2 * Math.Abs(residual) / 11 / Math.Log(2), metrics["bits_per_byte"].Error!.Value, 1e-9);
    }

    private static TokenScore[] Scores(params double[] values) =>
        [.. values.Select(static value => new TokenScore(value, false, 1))];
}
