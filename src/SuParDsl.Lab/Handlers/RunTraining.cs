using SuParDsl.Distributed;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Data.Tokenizers;
using SuParDsl.Lab.Generation;
using SuParDsl.Lab.Interop;
using SuParDsl.Lab.Parallel;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Training;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Handlers;

/// <summary>A trained run.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="History">Its history.</param>
internal sealed record TrainedRun(RunFolder Folder, TrainingHistory History);

/// <summary>Trains one run and writes its folder: what <c>train</c> does, and <c>transfer</c> for each target.</summary>
internal static class RunTraining
{
    /// <summary>
    /// Returns whether a run is resumed, and locks its folder. A new run must overwrite nothing.
    /// </summary>
    /// <exception cref="UserException">The folder exists and is not empty, or another process trains in it.</exception>
    public static bool Resumes<TSize>(RunLock held, TrainOptions<TSize> options) where TSize : class
    {
        if (options is { Resumes: true, Out: { } path } && RunFolder.HasRun(path))
        {
            held.Take(path);
            return true;
        }

        RunFolder.Check(options.Out);
        return false;
    }

    /// <summary>Trains on every rank of a process group.</summary>
    /// <param name="example">The example.</param>
    /// <param name="options">The options, the same on every rank.</param>
    /// <param name="open">The data.</param>
    /// <param name="held">The lock on the folder, which is taken for a new run.</param>
    /// <param name="resumes">Whether the run in the folder is resumed.</param>
    /// <param name="ranks">The process group.</param>
    /// <param name="streams">Where to write; rank 0 writes the output.</param>
    /// <param name="warnings">Returns the warnings about the settings of a model.</param>
    /// <param name="from">The weights that training starts from, as the options say; null for those that the rule draws.</param>
    /// <param name="stop">Asks to stop; the current step is finished first.</param>
    public static TrainedRun Run<TModel, TSize>(
        Example<TModel, TSize> example, TrainOptions<TSize> options, OpenData open, RunLock held, bool resumes,
        ProcessGroup ranks, Streams streams, Func<IModel, IEnumerable<string>> warnings, StartingPoint<TModel, TSize>? from,
        CancellationToken stop)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var device = ranks.RunOnAll(() => options.Engine.Apply(ranks));
        ranks.ShareStorageCost();
        var (size, training) = (TModel.Sizes.With(options.Size, open.Sizes), options.Training);
        using var model = ranks.RunOnAll(() => training.Masks.Apply(TModel.Create(size, training.Seed)));
        if (from is not null && options.Start is { } start && !resumes)
        {
            ranks.RunOnAll(() => from.CopyTo(model, start, step => open.Training(training.Batch, training.Seed, step)));
        }

        _ = model.to(device);
        ranks.RunOnAll(() => training.Store(model));
        ranks.RunOnAll(() => training.MaskScheduleOf(model));

        var machine = RunMachine.Here(device) with { Threads = options.Engine.ThreadsOf(ranks) };
        var config = new RunConfig<TSize>(
            example.Name, size, training, RunData.Of(open, options.Data.Path), machine, options.Start)
        {
            Checkpoints = options.Checkpoints, Sharing = options.Sharing,
        };
        SameOnAllRanks.Require(ranks, model, new
        {
            Sizes = size, Training = training, Data = config.Data with { Path = null }, options.Checkpoints, options.Sharing,
        });
        using var group = ranks.RunOnAll(
            () => new TrainingGroup(ranks, model, training, options.Sharing, streams.Error.WriteLine));
        var place = ranks.RunOnRank0(() => Prepare(held, options, resumes, config, open.Tokenizer, model).Path);
        var folder = ranks.RunOnAll(() => RunFolder.Existing(place));
        var checkpoints = new RunCheckpoints(folder, options.Checkpoints, ranks.Count, options.MayResize);
        var output = ranks.Rank == 0 ? streams.Output : TextWriter.Null;
        output.WriteLine(Summary(example.Name, model, open));
        if (config.Start is { } origin && !resumes)
        {
            var pruned = model.Masks.Count > 0
                ? $", pruned by {origin.Prune} where it is sparser".ToLowerInvariant() : string.Empty;
            output.WriteLine($"starts from the weights of {origin.From}{pruned}");
        }

        SettingWarnings.Write(output, warnings(model));
        var trainer = new Trainer(model, open, example.Loss, training, device, group, checkpoints);
        var view = TrainingView.For(output, example.Loss, open.Unit, inLines: ranks.Count > 1);
        var history = view.Watch(training.Steps, observer =>
        {
            using var events = ranks.Rank == 0 ? new EventObserver(folder.Path, observer) : null;
            if (example.Observers.Count == 0)
            {
                return trainer.Run(events ?? observer, stop);
            }

            using var observers = ranks.RunOnAll(() => RunObservers.Of(
                events ?? observer, ranks.Rank == 0 ? example.Observers : [],
                new(example.Name, folder.Path, model, training)));
            var ended = trainer.Run(observers, stop);
            return ranks.RunOnAll(() =>
            {
                observers.Close();
                return ended;
            });
        });
        if (ranks.Rank == 0)
        {
            var summary = ranks.Count > 1 ? group.Summary : null;
            Write(example, open, model, size, training, folder, history, device, summary, output, stop);
        }

        return new(folder, history);
    }

    private static void Write<TModel, TSize>(
        Example<TModel, TSize> example, OpenData open, TModel model, TSize size, TrainingOptions training, RunFolder folder,
        TrainingHistory history, Device device, string? ranks, TextWriter output, CancellationToken stop)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var table = OptimizerChoices.TableOf(training, model);
        folder.WriteResults(model, table, history, $"{example.Name}: {open.Name}", example.Loss.Label(open.Unit));
        if (history.Outcome == Outcome.Diverged)
        {
            return;
        }

        if (ranks is not null)
        {
            output.WriteLine(ranks);
        }

        output.WriteLine();
        output.Write(table.ToString());
        if (history.Outcome == Outcome.Complete
            && Sample<TModel, TSize>(example.Data, open, model, size, training, device, stop) is { Length: > 0 } text)
        {
            folder.WriteSample(text);
            output.WriteLine();
            output.WriteLine(text);
        }

        WriteEnd(output, folder, history, evaluation => example.Loss.Describe(evaluation, open.Unit), open.Unit);
    }

    private static RunFolder Prepare<TSize>(
        RunLock held, TrainOptions<TSize> options, bool resumes, RunConfig<TSize> config, Tokenizer? tokenizer, IModel model)
        where TSize : class
    {
        if (resumes)
        {
            var existing = RunFolder.Existing(options.Out!);
            RunContinuation.Begin(
                existing, config, options.Resumption, training => RunSchedule.Of(training, model), options.Repeat);
            return existing;
        }

        var folder = RunFolder.Create(options.Out, config.Example, DateTimeOffset.UtcNow);
        held.Take(folder.Path);
        RunFolder.Check(folder.Path);
        folder.WriteSetup(config, tokenizer, OptimizerChoices.TableOf(options.Training, model));
        folder.WriteToRepeat(options.Repeat);
        return folder;
    }

    private static string Sample<TModel, TSize>(
        IDataSource source, OpenData open, IModel model, TSize size, TrainingOptions training, Device device,
        CancellationToken stop)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        if (source is not TextData text || open.Tokenizer is not { } tokenizer || training.SampleLength == 0)
        {
            return string.Empty;
        }

        var language = new LanguageModel(TextData.Language(model), text.Context<TModel, TSize>(size), device);
        return SampleWriter.Text(
            language, tokenizer, [tokenizer.Start], new(training.SampleLength) { Seed = training.Seed }, stop);
    }

    private static void WriteEnd(
        TextWriter output, RunFolder folder, TrainingHistory history, Func<Evaluation, string> describe, string unit)
    {
        var last = history.Evaluations[^1];
        output.WriteLine();
        var units = last.Units > 0 ? $" ({last.Units} {unit}s)" : string.Empty;
        output.WriteLine($"validation {describe(last)} at step {last.Step}{units}");
        if (history.StopReason is { } reason)
        {
            output.WriteLine($"ended early after step {history.Steps.Count}: {reason}");
        }

        output.WriteLine(history.Outcome == Outcome.Interrupted
            ? $"stopped after step {history.Steps.Count}; everything so far is in {folder.Path}, "
                + "and the same command with --resume continues"
            : $"run folder {folder.Path}");
    }

    private static string Summary(string name, IModel model, OpenData data)
    {
        var weights = model.Tensors.Sum(static tensor => tensor.Count);
        var kept = weights - model.Masks.Values.Sum(static mask => mask.Count - mask.Kept);
        var amount = data.TrainingCount == 0
            ? string.Empty : $": {data.TrainingCount} {data.Unit}s to train on, {data.ValidationCount} to validate";
        var different = data.Tokenizer is { } tokenizer ? $", {tokenizer.Size} different" : string.Empty;
        return $"{name} under {model.Rule}: {weights} weights, {kept} of them kept; {data.Name}{amount}{different}";
    }
}
