using System.CommandLine;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Handlers;
using SuParDsl.Lab.Sizes;

namespace SuParDsl.Lab.Commands;

/// <summary><c>transfer</c>: the command line of <see cref="TransferHandler"/>.</summary>
internal static class TransferCommand
{
    /// <summary>The command for an example.</summary>
    public static Command Create<TModel, TSize>(Example<TModel, TSize> example)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var axes = new SizeAxes<TModel, TSize>();
        var sweep = new Argument<string>("sweep")
        {
            Description = "the folder of a sweep; the best base hyperparameters of its first size are transferred",
        };
        var rule = OptionFactory.Choice("--rule", "the rule to transfer by", Rule.SuPar);
        var method = OptionFactory.ChoiceOrNone<SparsityMethod>(
            "--method", "the mask method whose optimum to transfer, if the sweep compared --methods");
        var lists = new AxisOptions<TModel, TSize>(
            example.Size, axes, new() { [SizeAxis.Width] = [], [SizeAxis.Density] = [] });
        var steps = OptionFactory.Integer("--steps", "number of steps; 0 for the sweep's", 0, 0);
        var seed = OptionFactory.Seed("--seed", "random seed of the weights, masks and batches", 1);
        var data = new DataOptionSet(example.Data);
        var engine = new EngineOptionSet();
        var command = new Command(
            "transfer",
            "Trains target sizes with a sweep's best base hyperparameters, prints their multipliers, and leaves a run of each")
        {
            sweep, rule, method, steps, seed,
        };
        lists.AddTo(command);
        data.AddTo(command);
        engine.AddTo(command);
        command.SetHandler((result, stop) =>
        {
            var options = new TransferOptions(result.GetValue(sweep)!, lists.Read(result))
            {
                Rule = result.GetValue(rule),
                Method = result.GetValue(method),
                Steps = result.GetValue(steps),
                Seed = result.GetValue(seed),
                Data = data.Read(result),
                Engine = engine.Read(result),
            };
            var train = result.RootCommandResult.Command.Subcommands.Single(static command => command.Name == "train");
            return TransferHandler.Run(
                example, options, result.Streams(), stop, run => TrainArguments.Repeat<TModel, TSize>(train, run));
        });
        return command;
    }
}
