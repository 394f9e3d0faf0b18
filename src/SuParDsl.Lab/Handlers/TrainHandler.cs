using SuParDsl.Distributed;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Data.Tokenizers;
using SuParDsl.Lab.Interop;
using SuParDsl.Lab.Parallel;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Training;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Handlers;

/// <summary><c>train</c>: trains an example's model and writes a run folder.</summary>
internal static class TrainHandler
{
    private const double SampleTemperature = 0.8;

    /// <summary>Trains in this process alone.</summary>
    /// <returns>The exit code.</returns>
    public static int Run<TModel, TSize>(
        Example<TModel, TSize> example, TrainOptions<TSize> options, Streams streams, CancellationToken stop)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : class => Run(example, options, ProcessGroup.Single, streams, stop);

    /// <summary>Trains on every rank of a process group.</summary>
    /// <param name="example">The example.</param>
    /// <param name="options">The options, the same on every rank.</param>
    /// <param name="ranks">The process group.</param>
    /// <param name="streams">Where to write; rank 0 writes the output.</param>
    /// <param name="stop">Asks to stop; the current step is finished first.</param>
    /// <param name="from">The weights that training starts from, as the options say; null for those that the rule draws.</param>
    /// <returns>The exit code.</returns>
    public static int Run<TModel, TSize>(
        Example<TModel, TSize> example, TrainOptions<TSize> options, ProcessGroup ranks, Streams streams, CancellationToken stop,
        StartingPoint<TModel, TSize>? from = null)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : class
    {
        using var held = new RunLock();
        ranks.RunOnAll(() => options.Require(ranks.Count));
        var resumes = ranks.RunOnRank0(() => FolderToResume(held, options)).Length > 0;
        using var open = ranks.Rank0First(
            () => options.Data.For(from?.Tokenizer)
                .Open(example.Data, TModel.Sizes, options.Size, ranks.Rank > 0 ? null : streams.Output));
        var device = ranks.RunOnAll(() => options.Engine.Apply(ranks));
        ranks.ShareStorageCost();
        var (size, training) = (TModel.Sizes.With(options.Size, open.Sizes), options.Training);
        using var model = ranks.RunOnAll(() => training.Masks.Apply(TModel.Create(size, training.Seed)));
        if (from is not null && options.Start is { } start && !resumes)
        {
            ranks.RunOnAll(() => from.CopyTo(model, start, step => open.Training(training.Batch, training.Seed, step).Inputs));
        }

        _ = model.to(device);
        ranks.RunOnAll(() => training.Store(model));
        ranks.RunOnAll(() => training.Masks.ScheduleFor(model, training.Steps));

        var config = new RunConfig<TSize>(
            example.Name, size, training, RunData.Of(open, options.Data.Path), RunMachine.Here(device), options.Start);
        SameOnAllRanks.Require(ranks, model, new
        {
            Sizes = size, Training = training, Data = config.Data with { Path = null }, options.Checkpoints, options.Sharing,
        });
        using var group = ranks.RunOnAll(
            () => new TrainingGroup(ranks, model, training, options.Sharing, streams.Error.WriteLine));
        var place = ranks.RunOnRank0(
            () => Prepare(held, options, resumes, config, open.Tokenizer, OptimizerChoices.TableOf(training, model)).Path);
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

        SettingWarnings.Write(output, SettingWarnings.Of(training, example.Training, model));
        var trainer = new Trainer(model, open, example.Loss, training, device, group, checkpoints);
        var view = TrainingView.For(output, example.Loss, open.Unit, inLines: ranks.Count > 1);
        var history = view.Watch(training.Steps, observer =>
        {
            using var events = ranks.Rank == 0 ? new EventObserver(folder.Path, observer) : null;
            return trainer.Run(events ?? observer, stop);
        });
        if (ranks.Rank > 0)
        {
            return history.Outcome == Outcome.Diverged ? 1 : 0;
        }

        var next = NextCommands.Of(example.Name);
        var table = OptimizerChoices.TableOf(training, model);
        folder.WriteResults(model, table, history, $"{example.Name}: {open.Name}", example.Loss.Label(open.Unit));
        if (history.Outcome == Outcome.Diverged)
        {
            streams.Error.WriteLine(Divergence(history, folder));
            NextCommands.Write(output, next.AfterTrain(folder.Path, history.Outcome, training.LearningRate, hasSample: false));
            return 1;
        }

        if (ranks.Count > 1)
        {
            output.WriteLine(group.Summary);
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
        var hasSample = example.Data is TextData && open.Tokenizer is not null;
        NextCommands.Write(output, next.AfterTrain(folder.Path, history.Outcome, training.LearningRate, hasSample));
        return 0;
    }

    // Returns the folder to resume from, or "" for a new run.
    private static string FolderToResume<TSize>(RunLock held, TrainOptions<TSize> options) where TSize : class
    {
        if (options is { Resumes: true, Out: { } path } && RunFolder.HasRun(path))
        {
            held.Take(path);
            return path;
        }

        RunFolder.Check(options.Out);
        return string.Empty;
    }

    private static RunFolder Prepare<TSize>(
        RunLock held, TrainOptions<TSize> options, bool resumes, RunConfig<TSize> config, Tokenizer? tokenizer, MuTable table)
        where TSize : class
    {
        var folder = resumes
            ? RunFolder.Existing(options.Out!) : RunFolder.Create(options.Out, config.Example, DateTimeOffset.UtcNow);
        if (resumes)
        {
            folder.RequireSame(config);
        }
        else
        {
            held.Take(folder.Path);
            RunFolder.Check(folder.Path);
            folder.WriteSetup(config, tokenizer, table);
        }

        folder.WriteToRepeat(options.Repeat);
        return folder;
    }

    private static string Divergence(TrainingHistory history, RunFolder folder) => double.IsFinite(history.Evaluations[0].Loss)
        ? $"error: training diverged at step {history.Steps.Count}: the loss or a gradient is NaN or infinite; "
            + $"use a lower --lr, or see --on-divergence ({folder.Path} has the run so far)"
        : "error: the loss is NaN or infinite at step 0, before any training: its cause is the model's sizes or "
            + $"flow, not --lr; see {folder.Path}";

    private static string Sample<TModel, TSize>(
        IDataSource source, OpenData open, Model model, TSize size, TrainingOptions training, Device device,
        CancellationToken stop)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : class
    {
        if (source is not TextData text || open.Tokenizer is not { } tokenizer || training.SampleLength == 0)
        {
            return string.Empty;
        }

        var sampling = new Sampling(training.SampleLength, SampleTemperature, TopK: 0, training.Seed);
        var ids = TextGenerator.Continue(model, [tokenizer.Start], text.Context<TModel, TSize>(size), sampling, device, stop);
        return tokenizer.Decode(ids[1..]);
    }

    private static void WriteEnd(
        TextWriter output, RunFolder folder, TrainingHistory history, Func<Evaluation, string> describe, string unit)
    {
        var last = history.Evaluations[^1];
        output.WriteLine();
        var units = last.Units > 0 ? $" ({last.Units} {unit}s)" : string.Empty;
        output.WriteLine($"validation {describe(last)} at step {last.Step}{units}");
        output.WriteLine(history.Outcome == Outcome.Interrupted
            ? $"stopped after step {history.Steps.Count}; everything so far is in {folder.Path}, "
                + "and the same command with --resume continues"
            : $"run folder {folder.Path}");
    }

    private static string Summary(string name, Model model, OpenData data)
    {
        var weights = model.Tensors.Sum(static tensor => tensor.Count);
        var kept = weights - model.Masks.Values.Sum(static mask => mask.Count - mask.Kept);
        var amount = data.TrainingCount == 0
            ? string.Empty : $": {data.TrainingCount} {data.Unit}s to train on, {data.ValidationCount} to validate";
        var different = data.Tokenizer is { } tokenizer ? $", {tokenizer.Size} different" : string.Empty;
        return $"{name} under {model.Rule}: {weights} weights, {kept} of them kept; {data.Name}{amount}{different}";
    }
}
