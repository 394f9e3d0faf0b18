using System.CommandLine;
using SuParDsl.Lab.Bench;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Handlers;
using SuParDsl.Lab.Sizes;

namespace SuParDsl.Lab.Commands;

/// <summary><c>bench</c>: the command line of <see cref="BenchHandler"/>.</summary>
internal static class BenchCommand
{
    /// <summary>The command for an example.</summary>
    public static Command Create<TModel, TSize>(Example<TModel, TSize> example)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var path = OptionFactory.Text(
            "--out", "the folder to create for table, JSON file and figure; by default runs/<example>-bench-<time>", "folder");
        var study = new StudyOptionSet<TModel, TSize>(
            example, example.Size, path, static width => [width], (SizeAxis.Density, [1 / 4.0, 1 / 16.0, 1 / 64.0]));
        var rounds = OptionFactory.Integer(
            "--rounds", $"timed steps per model, after {Measure.Warmup} warm-up steps", BenchOptions<TSize>.DefaultRounds, 1);
        var batch = OptionFactory.Integer("--batch", "examples per step", example.Training.Batch, 1);
        var optimizer = OptionFactory.Choice("--optimizer", "the optimizer", example.Training.Optimizer);
        var storage = OptionFactory.Choice(
            "--storage", "the storage to compare with masked matrices; auto compresses large ones", Storage.Auto);
        var seed = OptionFactory.Seed("--seed", "random seed of the weights, masks and batch", example.Training.Seed);
        var command = new Command(
            "bench", "Times training steps in alternation with the same model masked and dense, and measures the memory of "
                + "weights and moments");
        study.AddSizesTo(command);
        command.AddAll([rounds, batch, optimizer, storage, seed]);
        study.AddPlacesTo(command);
        command.SetHandler((result, stop) =>
        {
            var training = example.Training with
            {
                Batch = result.GetValue(batch),
                Optimizer = result.GetValue(optimizer),
                Storage = result.GetValue(storage),
                Seed = result.GetValue(seed),
            };
            var options = new BenchOptions<TSize>(study.Read(result), training) { Rounds = result.GetValue(rounds) };
            return BenchHandler.Run(example, options, result.Streams(), stop);
        });
        return command;
    }
}
