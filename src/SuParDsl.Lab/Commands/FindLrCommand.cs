using System.CommandLine;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Handlers;

namespace SuParDsl.Lab.Commands;

/// <summary><c>find-lr</c>: the command line of <see cref="FindLrHandler"/>.</summary>
internal static class FindLrCommand
{
    private const int DefaultSteps = 200;

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
                Repeat = Settings.ToRepeat(result),
            },
            result.Streams(), stop));
        return command;
    }
}
