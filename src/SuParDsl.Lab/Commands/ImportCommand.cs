using System.CommandLine;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Handlers;

namespace SuParDsl.Lab.Commands;

/// <summary><c>import</c>: the command line of <see cref="ImportHandler"/>.</summary>
internal static class ImportCommand
{
    /// <summary>The command for an example with formats.</summary>
    public static Command Create<TModel, TSize>(Example<TModel, TSize> example)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var source = new Argument<string>("folder")
        {
            Description = "a folder with config.json and model.safetensors, or the files of its index",
        };
        var path = OptionFactory.Text("--out", "the run folder to create; by default runs/<example>-<time>", "folder");

        // The configuration states all sizes. Only the rule is a choice: its forward multipliers are compensated on import.
        var sizes = new SizeOptions<TModel, TSize>(
            example.Size, TModel.Sizes.Where(static info => info.Kind != SizeKind.Rule).Select(static info => info.Name));
        var architectures = string.Join(", ", example.Formats.SelectMany(static format => format.Architectures).Distinct());
        var command = new Command("import", $"Makes a run of the weights of {architectures}") { source, path };
        sizes.AddTo(command);
        command.SetAction(result => ImportHandler.Run(
            example, new(result.GetValue(source)!, sizes.Read(result), result.GetValue(path)), result.Streams().Output));
        return command;
    }
}
