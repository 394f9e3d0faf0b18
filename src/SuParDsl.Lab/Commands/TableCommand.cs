using System.CommandLine;
using SuParDsl.Lab.Cli;

namespace SuParDsl.Lab.Commands;

/// <summary><c>table</c>: prints the multipliers of every tensor.</summary>
internal static class TableCommand
{
    /// <summary>The command for an example.</summary>
    public static Command Create<TModel, TSize>(Example<TModel, TSize> example)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : class
    {
        var sizes = new SizeOptions<TModel, TSize>(example.Size);
        var decayMode = OptionFactory.Choice(
            "--decay-mode", "how weight decay depends on a tensor's learning rate under AdamW", WeightDecayCoupling.Coupled);
        var json = OptionFactory.Switch("--json", "print JSON");
        var command = new Command("table", "Prints the multiplier table: every tensor's role, density, initial std and multipliers");
        sizes.AddTo(command);
        command.Add(decayMode);
        command.Add(json);
        command.SetAction(result =>
        {
            using var model = TModel.Create(sizes.Read(result), 0);
            var table = model.MuTable.With(result.GetValue(decayMode));
            result.InvocationConfiguration.Output.Write(result.GetValue(json) ? table.ToJson() + "\n" : table.ToString());
            return 0;
        });
        return command;
    }
}
