using System.CommandLine;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Handlers;

namespace SuParDsl.Lab.Commands;

/// <summary><c>find-lr</c>: the command line of <see cref="FindLrHandler"/>.</summary>
internal static class FindLrCommand
{
    private const int DefaultSteps = 200;

    // The options whose values say nothing about other commands.
    private static readonly string[] Own = ["--from-lr", "--to-lr", "--steps", "--out"];

    /// <summary>The command for an example.</summary>
    public static Command Create<TModel, TSize>(Example<TModel, TSize> example)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var sizes = new SizeOptions<TModel, TSize>(example.Size, example.Data.Sizes);
        var training = new TrainingOptionSet(
            example.Training with { Steps = DefaultSteps }, "--schedule-steps", "--lr", "--warmup", "--warmup-formula",
            "--decay", "--final-lr", "--eval-every", "--eval-batches", "--sample-length");
        var low = OptionFactory.Real("--from-lr", "the first learning rate", Math.Pow(2, -16), "above 0", static x => x > 0);
        var high = OptionFactory.Real("--to-lr", "the last learning rate", 1, "above 0", static x => x > 0);
        var data = new DataOptionSet(example.Data);
        var engine = new EngineOptionSet();
        var path = OptionFactory.Text(
            "--out", "the folder of the results; by default runs/<example>-find-lr-<time>", "folder");
        var command = new Command(
            "find-lr", "Trains one model while the learning rate rises, and suggests where to begin a sweep") { low, high };
        sizes.AddTo(command);
        training.AddTo(command);
        data.AddTo(command);
        engine.AddTo(command);
        command.Add(path);
        command.SetHandler((result, stop) => FindLrHandler.Run(
            example,
            new(sizes.Read(result), training.Read(result), result.GetValue(low), result.GetValue(high))
            {
                Data = data.Read(result),
                Engine = engine.Read(result),
                Out = result.GetValue(path),
                ForSweep = Given(result, "sweep"),
                ForTrain = Given(result, "train"),
                Repeat = Settings.ToRepeat(result),
            },
            result.Streams(), stop));
        return command;
    }

    // Options of a size are lists in a sweep: --widths instead of --width. Seeds are chosen by a sweep itself.
    private static string[] Given(ParseResult result, string command)
    {
        var names = result.RootCommandResult.Command.Subcommands.Single(other => other.Name == command).Options
            .Select(static option => option.Name).ToHashSet();
        return
        [
            .. from option in result.CommandResult.Command.Options
               where !Own.Contains(option.Name)
               let given = result.GetResult(option)
               where given is { Implicit: false }
               let name = NamesOf(option.Name).FirstOrDefault(names.Contains)
               where name is not null
               from word in given.Tokens.Select(static token => token.Value).Prepend(name)
               select word,
        ];

        static IEnumerable<string> NamesOf(string name) =>
            name == "--seed" ? [name] : [name, name + "s", name[..^1] + "ies"];
    }
}
