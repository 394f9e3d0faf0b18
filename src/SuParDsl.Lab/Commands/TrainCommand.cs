using System.CommandLine;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Handlers;
using SuParDsl.Lab.Parallel;

namespace SuParDsl.Lab.Commands;

/// <summary><c>train</c>: the command line of <see cref="TrainHandler"/>.</summary>
internal static class TrainCommand
{
    /// <summary>The command for an example.</summary>
    public static Command Create<TModel, TSize>(Example<TModel, TSize> example)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var sizes = new SizeOptions<TModel, TSize>(example.Size, example.Data.Sizes);
        var training = new TrainingOptionSet(example.Training, example.Data is TextData ? [] : ["--sample-length"]);
        var start = new StartOptionSet();
        var checkpoints = new CheckpointOptionSet();
        var ranking = new RankOptionSet();
        var data = new DataOptionSet(example.Data);
        var engine = new EngineOptionSet();
        var path = OptionFactory.Text("--out", "the run folder to create; by default runs/<example>-<time>", "folder");
        var command = new Command("train", "Trains the model; Ctrl-C stops early and keeps everything, --resume continues");
        sizes.AddTo(command);
        start.AddTo(command);
        training.AddTo(command);
        checkpoints.AddTo(command);
        ranking.AddTo(command);
        data.AddTo(command);
        engine.AddTo(command);
        command.Add(path);
        command.SetAction(result => ranking.Run(result, ranks =>
        {
            using var stop = new StopSignal();
            var (from, choice) = ranks.RunOnAll(() => (start.Weights(result, example), start.Read(result)));
            var options = ranks.RunOnAll(() => new TrainOptions<TSize>(sizes.Read(result, from?.Size), training.Read(result))
            {
                Start = choice,
                Checkpoints = checkpoints.Read(result),
                Sharing = ranking.Read(result),
                Data = data.Read(result),
                Engine = engine.Read(result),
                Out = result.GetValue(path),
                Resumes = checkpoints.Resumes(result),
                Resumption = checkpoints.Resumption(result),
                MayResize = checkpoints.MayResize(result),
                Repeat = Settings.ToRepeat(result, start.NotStated(result)),
            });
            return TrainHandler.Run(example, options, ranks, result.Streams(), stop.Token, from);
        }));
        return command;
    }
}
