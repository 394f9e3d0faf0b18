using System.CommandLine;
using SuParDsl.Lab.Handlers;
using SuParDsl.Lab.Replay;

namespace SuParDsl.Lab.Commands;

/// <summary><c>export</c>: the command line of <see cref="ExportHandler"/>.</summary>
internal static class ExportCommand
{
    /// <summary>The command for an example.</summary>
    public static Command Create<TModel, TSize>(Example<TModel, TSize> example, ReferenceMapping<TSize> mapping)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : class
    {
        var run = new Argument<string>("run") { Description = "a run folder that train has written" };
        var file = new Argument<string>("file") { Description = "the safetensors file to create" };
        var command = new Command(
            "export", "Writes a run's weights under the reference implementation's names, for PyTorch to read")
        {
            run, file,
        };
        command.SetAction(result => ExportHandler.Run(
            example, mapping, new(result.GetValue(run)!, result.GetValue(file)!), result.Streams().Output));
        return command;
    }
}
