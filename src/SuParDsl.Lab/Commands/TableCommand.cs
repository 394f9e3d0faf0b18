using System.CommandLine;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Handlers;

namespace SuParDsl.Lab.Commands;

/// <summary><c>table</c>: the command line of <see cref="TableHandler"/>.</summary>
internal static class TableCommand
{
    /// <summary>The command for an example.</summary>
    public static Command Create<TModel, TSize>(Example<TModel, TSize> example)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var sizes = new SizeOptions<TModel, TSize>(example.Size);
        var decayMode = OptionFactory.Choice(
            "--decay-mode", "how weight decay depends on a tensor's learning rate under AdamW", WeightDecayCoupling.Coupled);
        var json = OptionFactory.Switch("--json", "print JSON");
        var command = new Command(
            "table", "Prints the multiplier table: every tensor's role, density, initial std and multipliers");
        sizes.AddTo(command);
        command.AddAll([decayMode, json]);
        command.SetAction(result => TableHandler.Run<TModel, TSize>(
            new(sizes.Read(result), result.GetValue(decayMode), result.GetValue(json)), result.Streams().Output));
        return command;
    }
}
