using System.Text;
using SuParDsl.Lab.Data.Tokenizers;

namespace SuParDsl.Lab.Generation;

/// <summary>Writes generated text.</summary>
internal static class SampleWriter
{
    private const string Separator = "---------------";

    /// <summary>Writes samples, each with the prompt. The first is written as it comes, the others after it.</summary>
    /// <param name="language">The model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="ids">The tokens to continue, at least one.</param>
    /// <param name="prompt">The text of these tokens, if it is a part of the samples; otherwise empty.</param>
    /// <param name="sampling">How tokens are drawn.</param>
    /// <param name="output">Receives the text.</param>
    /// <param name="stop">Asks to stop.</param>
    public static void Write(
        LanguageModel language, Tokenizer tokenizer, IReadOnlyList<int> ids, string prompt, Sampling sampling, TextWriter output,
        CancellationToken stop)
    {
        var later = Enumerable.Range(0, sampling.Samples).Select(static _ => new StringBuilder()).ToList();
        var texts = later.Select((buffer, sample) => new TextStream(
            tokenizer, ids, sampling.Stop, sample == 0 ? output.Write : piece => buffer.Append(piece))).ToList();
        output.Write(prompt);
        TextGenerator.Continue(
            language, ids, sampling,
            (sample, token) => (token != tokenizer.EndOfText || sampling.IgnoreEos) && texts[sample].Add(token), stop);
        foreach (var (sample, text) in texts.Index())
        {
            text.End();
            if (sample > 0)
            {
                output.WriteLine(Separator);
                output.Write(prompt);
                output.Write(later[sample].ToString());
            }

            output.WriteLine();
        }
    }

    /// <summary>One sample, without the prompt.</summary>
    /// <inheritdoc cref="Write"/>
    public static string Text(
        LanguageModel language, Tokenizer tokenizer, IReadOnlyList<int> ids, Sampling sampling, CancellationToken stop)
    {
        using var output = new StringWriter();
        Write(language, tokenizer, ids, prompt: string.Empty, sampling with { Samples = 1 }, output, stop);
        return output.ToString()[..^Environment.NewLine.Length];
    }
}
