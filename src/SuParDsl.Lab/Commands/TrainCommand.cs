using System.CommandLine;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Data.Tokenizers;
using SuParDsl.Lab.Parallel;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Commands;

/// <summary><c>train</c>: trains an example's model and writes a run folder.</summary>
internal static class TrainCommand
{
    private const double SampleTemperature = 0.8;

    /// <summary>The command for an example.</summary>
    public static Command Create<TModel, TSize>(Example<TModel, TSize> example)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : class
    {
        var text = example.Data as TextData;
        var sizes = new SizeOptions<TModel, TSize>(example.Size, example.Data.Sizes);
        var training = new TrainingOptionSet(example.Training, text is null ? ["--sample-length"] : []);
        var engine = new EngineOptions();
        var data = new DataOptions(example.Data);
        var safety = new CheckpointOptionSet();
        var ranking = new RankOptions();
        var path = OptionFactory.Text("--out", "the run folder to create; by default runs/<example>-<time>", "folder");
        var command = new Command("train", "Trains the model; Ctrl-C stops early and keeps everything, --resume continues");
        sizes.AddTo(command);
        training.AddTo(command);
        safety.AddTo(command);
        ranking.AddTo(command);
        data.AddTo(command);
        engine.AddTo(command);
        command.Add(path);
        command.SetAction(result => ranking.Run(result, ranks =>
        {
            using var stop = new StopSignal();
            using var held = new RunLock();
            var (size, options, protection, mayResize) = ranks.RunOnAll(() =>
            {
                var read = (Size: sizes.Read(result), Options: training.Read(result), Protection: safety.Read(result),
                    Resize: safety.MayResize(result));
                RankOptions.RequireShares(read.Options, ranks.Count);
                return read;
            });
            var goesOn = ranks.RunOnRank0(() => GoesOn(held, safety.Resumes(result, result.GetValue(path)), result.GetValue(path))).Length > 0;

            using var open = ranks.Rank0First(() => data.Open(result, size, isQuiet: ranks.Rank > 0));
            var device = ranks.RunOnAll(() => engine.Apply(result, ranks));
            ranks.ShareStorageCost();
            size = SizeRecord.With(size, open.Sizes);
            using var model = ranks.RunOnAll(() => options.Masks.Apply(TModel.Create(size, options.Seed)));
            _ = model.to(device);
            _ = ranks.RunOnAll(() =>
            {
                options.Store(model);
                return options.Masks.ScheduleFor(model, options.Steps);
            });

            var config = new RunConfig<TSize>(example.Name, size, options, RunData.Of(open, data.Path(result)), RunMachine.Here(device));
            var (same, sharing) = (config.Data with { Path = null }, ranking.Read(result));
            SameOnAllRanks.Require(ranks, model, new
            {
                Sizes = size, Training = options, Data = same, Checkpoints = protection, Sharing = sharing,
            });
            using var group = ranks.RunOnAll(
                () => new TrainingGroup(ranks, model, options, sharing, result.InvocationConfiguration.Error.WriteLine));
            var place = ranks.RunOnRank0(() => Prepare(
                held, result.GetValue(path), goesOn, config, open.Tokenizer, OptimizerChoices.TableOf(options, model), Settings.ToRepeat(result)).Path);
            var folder = ranks.RunOnAll(() => RunFolder.Existing(place));
            var checkpoints = new RunCheckpoints(folder, protection, ranks.Count, mayResize);
            var output = ranks.Rank == 0 ? result.InvocationConfiguration.Output : TextWriter.Null;
            output.WriteLine(Summary(example.Name, model, open));
            var trainer = new Trainer(model, open, example.Loss, options, device, group, checkpoints);
            var view = TrainingView.For(output, example.Loss, open.Unit, inLines: ranks.Count > 1);
            var history = view.Watch(options.Steps, observer =>
            {
                using var events = ranks.Rank == 0 ? new EventObserver(folder.Path, observer) : null;
                return trainer.Run(events ?? observer, stop.Token);
            });
            if (ranks.Rank > 0)
            {
                return history.Outcome == Outcome.Diverged ? 1 : 0;
            }

            var table = OptimizerChoices.TableOf(options, model);
            folder.WriteResults(model, table, history, $"{example.Name}: {open.Name}", example.Loss.Label(open.Unit));
            if (history.Outcome == Outcome.Diverged)
            {
                result.InvocationConfiguration.Error.WriteLine(double.IsFinite(history.Evaluations[0].Loss)
                    ? $"error: training diverged at step {history.Steps.Count}: the loss or a gradient is NaN or infinite; "
                        + $"use a lower --lr, or see --on-divergence ({folder.Path} has the run so far)"
                    : "error: the loss is NaN or infinite at step 0, before any training: its cause is the model's sizes or "
                        + $"flow, not --lr; see {folder.Path}");
                return 1;
            }

            if (ranks.Count > 1)
            {
                output.WriteLine(group.Summary);
            }

            Finish(output, folder, history, evaluation => example.Loss.Describe(evaluation, open.Unit), open.Unit, table, Sample);
            return 0;

            string Sample()
            {
                if (open.Tokenizer is not { } tokenizer || options.SampleLength == 0)
                {
                    return string.Empty;
                }

                var sampling = new Sampling(options.SampleLength, SampleTemperature, TopK: 0, options.Seed);
                return tokenizer.Decode(TextGenerator.Continue(model, [tokenizer.Start], text!.Context(size), sampling, device, stop.Token)[1..]);
            }
        }));
        return command;
    }

    // Returns the folder to resume from, or "" for a new run.
    private static string GoesOn(RunLock held, bool resumes, string? path)
    {
        if (resumes && RunFolder.HasRun(path!))
        {
            held.Take(path!);
            return path!;
        }

        RunFolder.Check(path);
        return string.Empty;
    }

    private static RunFolder Prepare<TSize>(
        RunLock held, string? path, bool goesOn, RunConfig<TSize> config, Tokenizer? tokenizer, MuTable table, string toRepeat)
        where TSize : class
    {
        var folder = goesOn ? RunFolder.Existing(path!) : RunFolder.Create(path, config.Example, DateTimeOffset.UtcNow);
        if (goesOn)
        {
            folder.RequireSame(config);
        }
        else
        {
            held.Take(folder.Path);
            RunFolder.Check(folder.Path);
            folder.WriteSetup(config, tokenizer, table);
        }

        folder.Write(RunFolder.FileToRepeat, toRepeat);
        return folder;
    }

    private static void Finish(
        TextWriter output, RunFolder folder, TrainingHistory history, Func<Evaluation, string> describe, string unit, MuTable table,
        Func<string> sample)
    {
        output.WriteLine();
        output.Write(table.ToString());
        if (history.Outcome == Outcome.Complete && sample() is { Length: > 0 } written)
        {
            folder.WriteSample(written);
            output.WriteLine();
            output.WriteLine(written);
        }

        var last = history.Evaluations[^1];
        output.WriteLine();
        output.WriteLine($"validation {describe(last)} at step {last.Step}{(last.Units > 0 ? $" ({last.Units} {unit}s)" : string.Empty)}");
        output.WriteLine(history.Outcome == Outcome.Interrupted
            ? $"stopped after step {history.Steps.Count}; everything so far is in {folder.Path}, "
                + "and the same command with --resume continues"
            : $"run folder {folder.Path}");
    }

    private static string Summary(string name, Model model, OpenData data)
    {
        var weights = model.Tensors.Sum(static tensor => tensor.Count);
        var kept = weights - model.Masks.Values.Sum(static mask => mask.Count - mask.Kept);
        var amount = data.TrainingCount == 0 ? string.Empty : $": {data.TrainingCount} {data.Unit}s to train on, {data.ValidationCount} to validate";
        var different = data.Tokenizer is { } tokenizer ? $", {tokenizer.Size} different" : string.Empty;
        return $"{name} under {model.Rule}: {weights} weights, {kept} of them kept; {data.Name}{amount}{different}";
    }
}
