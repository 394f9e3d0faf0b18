using SuParDsl.Lab.Data.Tokenizers;

namespace SuParDsl.Lab.Evaluations;

/// <summary>Measures a language model on tasks.</summary>
/// <param name="likelihoods">Computes log-likelihoods with the model.</param>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="window">The model's context.</param>
internal sealed class TaskRunner(LogLikelihoods likelihoods, Tokenizer tokenizer, int window)
{
    /// <summary>Measures a task; the result is of no use once <paramref name="stop"/> is requested.</summary>
    /// <param name="task">The task.</param>
    /// <param name="done">Receives the fraction that is done.</param>
    /// <param name="stop">Asks to stop.</param>
    /// <exception cref="UserException">A text cannot be encoded; the message names its file and line.</exception>
    public TaskResult Run(EvaluationTask task, Action<double> done, CancellationToken stop)
    {
        TokenRequest[][][] requests = [.. task.Questions.Select(Requests)];
        var scores = likelihoods.Of(
            [.. requests.SelectMany(static choices => choices.SelectMany(static all => all))], done, stop);
        var next = 0;
        TokenScore[][] choices =
        [
            .. requests.Select(question => question.Select(all => Sum(scores[next..(next += all.Length)])).ToArray()),
        ];
        return new(
            task.Name, task.Layout, task.Kind, task.Questions.Count, task.Fingerprint(),
            requests.Count(static question => question.Any(static all => all.Any(static request => request.IsCut))),
            task.Kind switch
            {
                TaskKind.Choice => TaskMetrics.OfChoices(task.Questions, choices),
                TaskKind.LastWord => TaskMetrics.OfLastWords([.. choices.Select(static all => all[0])], tokenizer.Size),
                _ => TaskMetrics.OfTexts(
                    [.. task.Questions.Select(static question => question.Choices[0])], [.. choices.Select(static all => all[0])],
                    tokenizer.Size),
            });
    }

    private static TokenScore Sum(TokenScore[] parts) => new(
        parts.Sum(static part => part.LogLikelihood), Array.TrueForAll(parts, static part => part.IsGreedy),
        parts.Sum(static part => part.Tokens));

    // A whole text follows nothing, not even a space.
    private TokenRequest[][] Requests(Question question)
    {
        try
        {
            var space = question.Context.Length == 0 ? string.Empty : " ";
            var context = tokenizer.Encode(question.Context.TrimEnd()).Length;
            return
            [
                .. question.Choices.Select(choice =>
                    TokenRequest.Of(tokenizer, question.Context, space + choice, window, context).ToArray()),
            ];
        }
        catch (UserException e)
        {
            throw new UserException($"{question.Place}: {e.Message}");
        }
    }
}
