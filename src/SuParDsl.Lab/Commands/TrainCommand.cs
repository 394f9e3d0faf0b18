using System.CommandLine;
using System.Globalization;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Commands;

/// <summary><c>train</c>: the main job of an example.</summary>
internal static class TrainCommand
{
    private const double SampleTemperature = 0.8;

    /// <summary>The command for an example.</summary>
    public static Command Create<TModel, TSize>(Example<TModel, TSize> example)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : class
    {
        var sizes = new SizeOptions<TModel, TSize>(example.Size, example.Vocabulary);
        var training = new TrainingOptionSet(example.Training);
        var engine = new EngineOptions();
        var data = CommonOptions.Data();
        var path = OptionFactory.Text("--out", "the run folder to make; without it runs/<example>-<time>", "folder");
        var command = new Command("train", "Trains the model on text; Ctrl-C ends early and keeps everything");
        sizes.AddTo(command);
        training.AddTo(command);
        command.Add(data);
        engine.AddTo(command);
        command.Add(path);
        command.SetAction(result =>
        {
            using var stop = new StopSignal();
            var (size, options) = (sizes.Read(result), training.Read(result));
            RunFolder.Check(result.GetValue(path));
            using var corpus = Corpus.Open(result.GetValue(data), ReferenceText.DefaultCache());
            var context = SizeRecord.Int(size, example.Context);
            corpus.RequireContext(context);
            var device = engine.Apply(result);
            size = SizeRecord.With(size, example.Vocabulary, corpus.Tokenizer.Size);
            using var model = TModel.Create(size, options.Seed);
            _ = model.to(device);

            var folder = RunFolder.Create(result.GetValue(path), example.Name, DateTimeOffset.UtcNow);
            var table = model.MuTable;
            folder.WriteSetup(
                new RunConfig<TSize>(
                    example.Name, size, options,
                    corpus.Describe(result.GetValue(data)), RunMachine.Here(device)),
                corpus.Tokenizer,
                table);

            folder.Write(Settings.FileToRepeat, Settings.ToRepeat(result));
            var output = result.InvocationConfiguration.Output;
            output.WriteLine(Summary(example.Name, model, corpus));
            using var events = folder.BeginEvents();
            var history = TrainingView.For(output, corpus.Tokenizer.Unit)
                .Watch(options.Steps, observer =>
                    new Trainer(model, corpus, context, options, device).Run(new EventObserver(events, observer), stop.Token));
            folder.WriteResults(model, history, $"{example.Name}: {corpus.Name}");
            if (history.Outcome == Outcome.Diverged)
            {
                result.InvocationConfiguration.Error.WriteLine(double.IsFinite(history.Evaluations[0].Loss)
                    ? $"error: the loss is no number at step {history.Steps.Count}: train with a lower --lr; {folder.Path} has the run so far"
                    : "error: the loss is no number at step 0, before any training: the model's own sizes and flow make it so, not --lr; "
                        + $"see {folder.Path}");
                return 1;
            }

            Finish(output, folder, history, corpus.Tokenizer, table, Sample);
            return 0;

            string Sample() => options.SampleLength == 0 ? string.Empty : corpus.Tokenizer.Decode(TextGenerator.Continue(
                model, [corpus.Tokenizer.Start], context, new(options.SampleLength, SampleTemperature, TopK: 0, options.Seed), device, stop.Token)[1..]);
        });
        return command;
    }

    private static void Finish(TextWriter output, RunFolder folder, TrainingHistory history, Tokenizer tokenizer, MuTable table, Func<string> sample)
    {
        output.WriteLine();
        output.Write(table.ToString());
        if (history.Outcome == Outcome.Complete && sample() is { Length: > 0 } text)
        {
            folder.WriteSample(text);
            output.WriteLine();
            output.WriteLine(text);
        }

        var last = history.Evaluations[^1];
        output.WriteLine();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"validation {last.Loss:F4} nats = {last.Bits:F4} bits per {tokenizer.Unit} at step {last.Step} ({last.Tokens} {tokenizer.Unit}s)"));
        output.WriteLine(history.Outcome == Outcome.Interrupted
            ? $"stopped after step {history.Steps.Count}; everything so far is in {folder.Path}"
            : $"run folder {folder.Path}");
    }

    private static string Summary(string name, Model model, Corpus corpus)
    {
        var weights = model.Tensors.Sum(static tensor => tensor.Count);
        var kept = weights - model.Masks.Values.Sum(static mask => mask.Count - mask.Kept);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name} under {model.Rule}: {weights} weights, {kept} of them kept; {corpus.Name}: {corpus.Train.Length} {corpus.Tokenizer.Unit}s to train on, {corpus.Validation.Length} to validate, {corpus.Tokenizer.Size} different");
    }
}
