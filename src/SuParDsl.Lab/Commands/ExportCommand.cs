using System.CommandLine;
using SuParDsl.Checkpoints;
using SuParDsl.Lab.Replay;
using SuParDsl.Lab.Runs;

namespace SuParDsl.Lab.Commands;

/// <summary><c>export</c>: writes a run's weights under the reference implementation's names.</summary>
internal static class ExportCommand
{
    /// <summary>The command for an example.</summary>
    public static Command Create<TModel, TSize>(Example<TModel, TSize> example, ReferenceMapping<TSize> mapping)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : class
    {
        var run = new Argument<string>("run") { Description = "a run folder that train has written" };
        var file = new Argument<string>("file") { Description = "the safetensors file to create" };
        var command = new Command("export", "Writes a run's weights under the reference implementation's names, for PyTorch to read") { run, file };
        command.SetAction(result =>
        {
            var (folder, path) = (RunFolder.Existing(result.GetValue(run)!), result.GetValue(file)!);
            var config = folder.ReadConfigOf<TSize>(example.Name);
            if (File.Exists(path))
            {
                throw new UserException($"{path} already exists: choose another file");
            }

            using var model = TModel.Create(config.Size, config.Training.Seed);
            config.Training.Masks.Apply(model);
            folder.LoadWeights(model);
            ModelCheckpoint.Save(model, path, new Dictionary<string, string> { ["format"] = "pt" }, mapping.ReferenceName);
            result.InvocationConfiguration.Output.WriteLine($"wrote {model.Tensors.Length} tensors and {model.Masks.Count} masks to {path}");
            return 0;
        });
        return command;
    }
}
