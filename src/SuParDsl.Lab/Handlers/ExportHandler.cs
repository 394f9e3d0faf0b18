using SuParDsl.Checkpoints;
using SuParDsl.Lab.Replay;
using SuParDsl.Lab.Runs;

namespace SuParDsl.Lab.Handlers;

/// <summary>The options of <c>export</c>.</summary>
/// <param name="Run">The run folder.</param>
/// <param name="File">The file to create.</param>
internal sealed record ExportOptions(string Run, string File);

/// <summary><c>export</c>: writes a run's weights under the reference implementation's names.</summary>
internal static class ExportHandler
{
    /// <summary>Writes the file.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UserException">The folder is damaged or of another example, or the file exists.</exception>
    public static int Run<TModel, TSize>(
        Example<TModel, TSize> example, ReferenceMapping<TSize> mapping, ExportOptions options, TextWriter output)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : class
    {
        var folder = RunFolder.Existing(options.Run);
        var config = folder.ReadConfigOf<TSize>(example.Name);
        if (File.Exists(options.File))
        {
            throw new UserException($"{options.File} already exists: choose another file");
        }

        using var model = TModel.Create(config.Size, config.Training.Seed);
        config.Training.Masks.Apply(model);
        folder.LoadWeights(model);
        ModelCheckpoint.Save(model, options.File, new Dictionary<string, string> { ["format"] = "pt" }, mapping.ReferenceName);
        output.WriteLine($"wrote {model.Tensors.Length} tensors and {model.Masks.Count} masks to {options.File}");
        return 0;
    }
}
