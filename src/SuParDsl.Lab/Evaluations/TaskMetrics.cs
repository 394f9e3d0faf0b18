using System.Text;
using System.Text.RegularExpressions;

namespace SuParDsl.Lab.Evaluations;

/// <summary>Computes the metrics of a task from log-likelihoods, as lm-evaluation-harness defines them.</summary>
internal static partial class TaskMetrics
{
    /// <summary>
    /// The metrics of multiple choice. <c>acc</c> is the fraction of questions whose right choice is the likeliest.
    /// <c>acc_norm</c> divides log-likelihoods by the choices' numbers of characters, and <c>acc_bytes</c> by those of their
    /// UTF-8 bytes.
    /// </summary>
    /// <param name="questions">The questions.</param>
    /// <param name="scores">The scores of the choices of each.</param>
    public static Dictionary<string, Metric> OfChoices(IReadOnlyList<Question> questions, IReadOnlyList<TokenScore[]> scores)
    {
        var random = questions.Average(static question => 1.0 / question.Choices.Count);
        return new()
        {
            ["acc"] = Accuracy(static _ => 1),
            ["acc_norm"] = Accuracy(static choice => choice.EnumerateRunes().Count()),
            ["acc_bytes"] = Accuracy(static choice => Encoding.UTF8.GetByteCount(choice)),
        };

        Metric Accuracy(Func<string, int> length) => Mean([.. questions.Zip(scores).Select(pair =>
        {
            var (question, all) = pair;
            var best = Enumerable.Range(0, all.Length).MaxBy(at => all[at].LogLikelihood / length(question.Choices[at]));
            return best == question.Answer ? 1.0 : 0.0;
        })], random);
    }

    /// <summary>
    /// The metrics of last words: <c>acc</c> is the fraction that greedy decoding gives, and <c>perplexity</c> is that of a word.
    /// </summary>
    /// <param name="scores">The score of each word.</param>
    /// <param name="vocabulary">The number of tokens.</param>
    public static Dictionary<string, Metric> OfLastWords(IReadOnlyList<TokenScore> scores, int vocabulary) => new()
    {
        ["acc"] = Mean(
            [.. scores.Select(static score => score.IsGreedy ? 1.0 : 0.0)],
            scores.Average(score => Math.Pow(vocabulary, -score.Tokens))),
        ["perplexity"] = Perplexity(
            [.. scores.Select(static score => (-score.LogLikelihood, 1.0))],
            scores.Average(score => score.Tokens * Math.Log(vocabulary))),
    };

    /// <summary>
    /// The metrics of texts: <c>bits_per_byte</c> of UTF-8, and the perplexity of a token, of a byte, and of a word, which is
    /// what white space separates.
    /// </summary>
    /// <param name="texts">The texts.</param>
    /// <param name="scores">Their scores.</param>
    /// <param name="vocabulary">The number of tokens.</param>
    public static Dictionary<string, Metric> OfTexts(
        IReadOnlyList<string> texts, IReadOnlyList<TokenScore> scores, int vocabulary)
    {
        var total = scores.Sum(static score => score.Tokens) * Math.Log(vocabulary);
        var perByte = Per(static text => Encoding.UTF8.GetByteCount(text));
        return new()
        {
            ["bits_per_byte"] = new(
                Math.Log2(perByte.Value), perByte.Error / perByte.Value / Math.Log(2), Math.Log2(perByte.Random)),
            ["byte_perplexity"] = perByte,
            ["word_perplexity"] = Per(static text => WhiteSpace().Split(text).Length),
            ["perplexity"] = Of([.. scores.Select(static score => (double)score.Tokens)]),
        };

        Metric Per(Func<string, int> units) => Of([.. texts.Select(text => (double)units(text))]);

        Metric Of(double[] units) =>
            Perplexity([.. scores.Zip(units, static (score, unit) => (-score.LogLikelihood, unit))], total / units.Sum());
    }

    private static Metric Mean(IReadOnlyList<double> values, double random)
    {
        var mean = values.Average();
        return new(
            mean,
            values.Count < 2
                ? null
                : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1) / values.Count),
            random);
    }

    // exp is steepest at its value: the error of the logarithm is multiplied by it.
    private static Metric Perplexity(IReadOnlyList<(double Loss, double Units)> items, double random)
    {
        var (rate, error) = Rate(items);
        return new(Math.Exp(rate), error * Math.Exp(rate), Math.Exp(random));
    }

    // A ratio of two sums, and its standard error to first order.
    private static (double Rate, double? Error) Rate(IReadOnlyList<(double Loss, double Units)> items)
    {
        var (units, n) = (items.Sum(static item => item.Units), (double)items.Count);
        var rate = items.Sum(static item => item.Loss) / units;
        return (rate, n < 2
            ? null
            : Math.Sqrt(n / (n - 1) * items.Sum(item => Math.Pow(item.Loss - (rate * item.Units), 2))) / units);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
