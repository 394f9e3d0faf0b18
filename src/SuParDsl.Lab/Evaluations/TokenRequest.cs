using SuParDsl.Lab.Data.Tokenizers;

namespace SuParDsl.Lab.Evaluations;

/// <summary>A sequence of tokens, of which the likelihood of the last ones is asked.</summary>
/// <param name="Ids">The tokens: at most one more than the model's context.</param>
/// <param name="Scored">The number of tokens at the end whose likelihood is asked.</param>
internal sealed record TokenRequest(int[] Ids, int Scored)
{
    /// <summary>Whether the context lost its beginning.</summary>
    public bool IsCut { get; init; }

    /// <summary>
    /// The requests for a continuation of a context: one, unless the continuation is longer than the model's context. White space
    /// at the end of the context belongs to the continuation, and both are encoded together. A context that is too long loses its
    /// beginning.
    /// </summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="context">
    /// The context; if it is empty, the token before the continuation is the one that begins texts.
    /// </param>
    /// <param name="continuation">The continuation, with the space before it.</param>
    /// <param name="window">The model's context.</param>
    /// <param name="contextTokens">
    /// The number of tokens of the context without white space at its end, if several continuations of it are asked; null to
    /// encode it.
    /// </param>
    /// <exception cref="UserException">The text cannot be encoded.</exception>
    public static IEnumerable<TokenRequest> Of(
        Tokenizer tokenizer, string context, string continuation, int window, int? contextTokens = null)
    {
        var trimmed = context.TrimEnd();
        continuation = context[trimmed.Length..] + continuation;
        return trimmed.Length == 0
            ? Windows([tokenizer.Start, .. tokenizer.Encode(continuation)], 1, window)
            : Windows(tokenizer.Encode(trimmed + continuation), contextTokens ?? tokenizer.Encode(trimmed).Length, window);
    }

    // Each token from the first one on is scored once, after as many tokens as its window offers: each further window begins with
    // the last token of the one before, and the last one reaches back as far as it can.
    private static IEnumerable<TokenRequest> Windows(int[] ids, int first, int window)
    {
        for (var done = first; done < ids.Length;)
        {
            var scored = Math.Min(window, ids.Length - done);
            done += scored;
            yield return new(ids[Math.Max(0, done - window - 1)..done], scored) { IsCut = first > 1 && ids.Length > window + 1 };
        }
    }
}
