using System.CommandLine;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Handlers;
using SuParDsl.Lab.Interop;

namespace SuParDsl.Lab.Commands;

/// <summary><c>export</c>: the command line of <see cref="ExportHandler"/>.</summary>
internal static class ExportCommand
{
    /// <summary>The command for an example with a reference implementation or with formats.</summary>
    public static Command Create<TModel, TSize>(Example<TModel, TSize> example)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var run = new Argument<string>("run") { Description = "a run folder that train or import has written" };
        var path = new Argument<string>("path")
        {
            Description = "the folder to create; with --format reference, the safetensors file to create",
        };
        var format = OptionFactory.OneOf("--format", Help(example.Reference is not null), ExportHandler.Formats(example));
        var masks = OptionFactory.Switch(
            "--masks", "also write masks.safetensors, with a truth value for each weight of a sparse tensor");
        var compressed = OptionFactory.Switch(
            "--compressed",
            "write sparse matrices as their kept weights and a bitmask, in the layout sparse-bitmask of compressed-tensors");
        var command = new Command("export", "Writes a run's weights for other programs") { run, path, format };
        if (example.Formats.Count > 0)
        {
            command.Add(masks);
            command.Add(compressed);
        }

        command.SetAction(result => ExportHandler.Run(
            example,
            new(result.GetValue(run)!, result.GetValue(path)!, result.GetValue(format)!)
            {
                Content = new(result.GetValue(masks), result.GetValue(compressed)),
            },
            result.Streams().Output));
        return command;
    }

    private static string Help(bool hasReference) =>
        "what to write: hf is a folder that Transformers and llama.cpp's converter read, nanogpt one with nanoGPT's names"
        + (hasReference ? "; reference is a file with the published implementation's names" : string.Empty);
}
