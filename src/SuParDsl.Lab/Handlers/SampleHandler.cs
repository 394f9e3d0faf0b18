using SuParDsl.Lab.Data;
using SuParDsl.Lab.Generation;
using SuParDsl.Lab.Interop;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Handlers;

/// <summary>The options of <c>sample</c>.</summary>
/// <param name="Run">The folder of a run, or of another program's model.</param>
/// <param name="Sampling">How tokens are drawn.</param>
internal sealed record SampleOptions(string Run, Sampling Sampling)
{
    /// <summary>The text to continue; null or empty to begin on a new line.</summary>
    public string? Prompt { get; init; }

    /// <summary>Whether keys and values of earlier positions are kept.</summary>
    public CacheUse Cache { get; init; }

    /// <summary>How sparse matrices are stored.</summary>
    public Storage Storage { get; init; } = Storage.Auto;

    /// <summary>The device and the number of threads.</summary>
    public EngineChoice Engine { get; init; } = new();
}

/// <summary><c>sample</c>: generates text with a trained model.</summary>
internal static class SampleHandler
{
    /// <summary>Writes the samples.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UserException">The folder is damaged or of another example, or the prompt has no tokens.</exception>
    public static int Run<TModel, TSize>(
        Example<TModel, TSize> example, TextData text, SampleOptions options, Streams streams, CancellationToken stop)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var start = IsForeign(options.Run)
            ? StartingPoint<TModel, TSize>.Read(options.Run, example.Name, example.Formats, example.Size, text)
            : OfRun(options.Run, example, text);
        var tokenizer = start.Tokenizer!;
        var hasPrompt = !string.IsNullOrEmpty(options.Prompt);
        int[] ids = hasPrompt ? tokenizer.Encode(options.Prompt!) : [tokenizer.Start];
        if (ids.Length == 0)
        {
            throw new UserException("--prompt has no tokens: give it some text, or omit it");
        }

        var device = options.Engine.Apply();
        using var loaded = start.Load();
        _ = loaded.to(device);
        var model = TextData.Language(loaded);
        new TrainingOptions { Storage = options.Storage }.Store(model);
        if (options.Cache == CacheUse.On && model.WhyNoCache is { } reason)
        {
            streams.Error.WriteLine($"warning: --cache on has no effect, and every token computes the whole window: {reason}");
        }

        var language = new LanguageModel(model, text.Context<TModel, TSize>(start.Size), device) { Cache = options.Cache };
        var prompt = hasPrompt ? tokenizer.Decode(ids) : string.Empty;
        SampleWriter.Write(language, tokenizer, ids, prompt, options.Sampling, streams.Output, stop);
        return 0;
    }

    private static StartingPoint<TModel, TSize> OfRun<TModel, TSize>(string path, Example<TModel, TSize> example, TextData text)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var folder = RunFolder.Existing(path);
        var config = folder.ReadConfigOf<TSize>(example.Name);
        var tokenizer = folder.ReadTokenizer(text.Vocabulary<TModel, TSize>(config.Size));
        return new(path, config.Size, tokenizer, () => folder.LoadModel<TModel, TSize>(config));
    }

    // A config.json that cannot be read is reported as that of a run.
    private static bool IsForeign(string path)
    {
        try
        {
            return Directory.Exists(path) && ForeignConfig.Read(path) is { Architecture: not null } config
                && !config.Has("example");
        }
        catch (UserException)
        {
            return false;
        }
    }
}
