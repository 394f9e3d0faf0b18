using SuParDsl.Lab.Data;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Generation;

/// <summary>A language model as it is used for generation.</summary>
/// <param name="Model">The model.</param>
/// <param name="Context">Its longest window.</param>
/// <param name="Device">Its device.</param>
internal sealed record LanguageModel(Model Model, int Context, Device Device)
{
    /// <summary>Whether keys and values of earlier positions are kept.</summary>
    public CacheUse Cache { get; init; }
}

/// <summary>Continues a sequence of tokens with a language model.</summary>
internal static class TextGenerator
{
    /// <summary>
    /// Draws the tokens after a prompt. All samples are one batch, which a sample leaves when it ends.
    /// </summary>
    /// <param name="language">The model.</param>
    /// <param name="prompt">The tokens before, at least one.</param>
    /// <param name="sampling">How tokens are drawn.</param>
    /// <param name="receive">
    /// Receives the index of a sample and its next token, and returns whether the sample goes on.
    /// </param>
    /// <param name="stop">Asks to stop.</param>
    public static void Continue(
        LanguageModel language, IReadOnlyList<int> prompt, Sampling sampling, Func<int, int, bool> receive,
        CancellationToken stop)
    {
        language.Model.eval();
        using var next = new NextLogits(language.Model, language.Context, language.Device, language.Cache);
        var rows = Enumerable.Range(0, sampling.Samples).Select(index => new Row(index, [.. prompt], [.. prompt])).ToList();
        for (var step = 0; step < sampling.Length && rows.Count > 0 && !stop.IsCancellationRequested; step++)
        {
            // The samples begin with the same prompt, which is computed once.
            var logits = step > 0 ? next.Of([.. rows.Select(static row => row.Tokens)])
                : [.. Enumerable.Repeat(next.Of([prompt])[0], rows.Count)];
            var going = new List<int>();
            foreach (var (place, row) in rows.Index())
            {
                var token = TokenDistribution.Choose(
                    TokenDistribution.Of(logits[place], row.Seen, sampling), SplitMix.Uniform(sampling.Seed, step, row.Sample));
                row.Tokens.Add(token);
                row.Seen.Add(token);
                if (receive(row.Sample, token))
                {
                    going.Add(place);
                }
            }

            if (going.Count > 0 && (step == 0 || going.Count < rows.Count))
            {
                next.Select(step == 0 ? [.. going.Select(static _ => 0)] : going);
            }

            rows = [.. going.Select(place => rows[place])];
        }
    }

    /// <summary>A sample that is not finished.</summary>
    private sealed record Row(int Sample, List<int> Tokens, HashSet<int> Seen);
}
