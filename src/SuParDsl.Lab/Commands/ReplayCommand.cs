using System.CommandLine;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Handlers;
using SuParDsl.Lab.Replay;

namespace SuParDsl.Lab.Commands;

/// <summary><c>replay</c>: the command line of <see cref="ReplayHandler"/>.</summary>
internal static class ReplayCommand
{
    /// <summary>The command for an example.</summary>
    public static Command Create<TModel, TSize>(ReferenceMapping<TSize> mapping)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var folder = new Argument<string>("folder") { Description = "a reference run: trace.json and tensors.safetensors" };
        var tolerance = OptionFactory.Real(
            "--tolerance", "largest relative difference of a loss", ReplayOptions.DefaultTolerance, "above 0", static x => x > 0);
        var command = new Command(
            "replay", "Repeats a run of the reference implementation from its weights, masks and batches, and compares")
        {
            folder, tolerance,
        };
        command.SetAction(result => ReplayHandler.Run<TModel, TSize>(
            mapping, new(result.GetValue(folder)!, result.GetValue(tolerance)), result.Streams().Output));
        return command;
    }
}
