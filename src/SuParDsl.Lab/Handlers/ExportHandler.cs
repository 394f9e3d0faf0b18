using SuParDsl.Checkpoints;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Interop;
using SuParDsl.Lab.Runs;

namespace SuParDsl.Lab.Handlers;

/// <summary>The options of <c>export</c>.</summary>
/// <param name="Run">The run folder.</param>
/// <param name="Path">The file or folder to create.</param>
/// <param name="Format">The name of a format.</param>
internal sealed record ExportOptions(string Run, string Path, string Format)
{
    /// <summary>What to write besides dense weights.</summary>
    public ExportContent Content { get; init; } = new(Masks: false, Compressed: false);
}

/// <summary><c>export</c>: writes a run's weights for other programs.</summary>
internal static class ExportHandler
{
    private const string Reference = "reference";

    /// <summary>The names of the formats of an example, of which the first is the default.</summary>
    public static IReadOnlyList<string> Formats<TModel, TSize>(Example<TModel, TSize> example)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var names = example.Formats.Select(static format => format.Name);
        return example.Reference is null ? [.. names] : [Reference, .. names];
    }

    /// <summary>Writes the file or folder.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UserException">The run is damaged or of another example, or the path exists.</exception>
    public static int Run<TModel, TSize>(Example<TModel, TSize> example, ExportOptions options, TextWriter output)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var folder = RunFolder.Existing(options.Run);
        var config = folder.ReadConfigOf<TSize>(example.Name);
        if (Path.Exists(options.Path))
        {
            throw new UserException(
                $"{options.Path} already exists: choose another {(options.Format == Reference ? "file" : "folder")}");
        }

        using var model = folder.LoadModel<TModel, TSize>(config);
        if (example.Formats.FirstOrDefault(format => format.Name == options.Format) is { } chosen)
        {
            var tokenizer = example.Data is TextData ? folder.ReadTokenizer() : null;
            WeightExporter.Write(options.Path, model, config.Size, chosen, tokenizer, options.Content);
        }
        else if (options.Content is { Masks: false, Compressed: false })
        {
            ModelCheckpoint.Save(
                model, options.Path, new Dictionary<string, string> { ["format"] = "pt" }, example.Reference!.ReferenceName);
        }
        else
        {
            throw new UserException(
                $"--masks and --compressed apply to folders: add --format {string.Join(" or ", Formats(example).Skip(1))}");
        }

        output.WriteLine($"wrote {model.Tensors.Length} tensors and {model.Masks.Count} masks to {options.Path}");
        return 0;
    }
}
