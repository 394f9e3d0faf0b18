using SuParDsl.Lab.Data;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Handlers;

/// <summary>The options of <c>sample</c>.</summary>
/// <param name="Run">The run folder.</param>
/// <param name="Sampling">How tokens are drawn.</param>
internal sealed record SampleOptions(string Run, Sampling Sampling)
{
    /// <summary>The text to continue; null or empty to begin on a new line.</summary>
    public string? Prompt { get; init; }

    /// <summary>The device and the number of threads.</summary>
    public EngineChoice Engine { get; init; } = new();
}

/// <summary><c>sample</c>: generates text with a trained model.</summary>
internal static class SampleHandler
{
    /// <summary>Writes a sample.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UserException">The folder is damaged or of another example, or the prompt has no tokens.</exception>
    public static int Run<TModel, TSize>(
        Example<TModel, TSize> example, TextData text, SampleOptions options, TextWriter output, CancellationToken stop)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : class
    {
        var folder = RunFolder.Existing(options.Run);
        var config = folder.ReadConfigOf<TSize>(example.Name);
        var tokenizer = folder.ReadTokenizer();
        var vocabulary = text.Vocabulary<TModel, TSize>(config.Size);
        if (tokenizer.Size != vocabulary)
        {
            throw new UserException(
                $"the vocabulary of {folder.Path} has {tokenizer.Size} tokens, its model {vocabulary}: the folder is damaged");
        }

        var hasPrompt = !string.IsNullOrEmpty(options.Prompt);
        int[] ids = hasPrompt ? tokenizer.Encode(options.Prompt!) : [tokenizer.Start];
        if (ids.Length == 0)
        {
            throw new UserException("--prompt has no tokens: give it some text, or omit it");
        }

        var device = options.Engine.Apply();
        using var model = folder.LoadModel<TModel, TSize>(config);
        _ = model.to(device);
        var sample = TextGenerator.Continue(model, ids, text.Context<TModel, TSize>(config.Size), options.Sampling, device, stop);
        output.WriteLine(tokenizer.Decode(hasPrompt ? sample : sample[1..]));
        return 0;
    }
}
