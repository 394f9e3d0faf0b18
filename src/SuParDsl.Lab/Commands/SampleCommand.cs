using System.CommandLine;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Commands;

/// <summary><c>sample</c>: generates text with a trained model.</summary>
internal static class SampleCommand
{
    /// <summary>The command for an example.</summary>
    public static Command Create<TModel, TSize>(Example<TModel, TSize> example, TextData text)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : class
    {
        var run = new Argument<string>("run") { Description = "a run folder that train has written" };
        var prompt = OptionFactory.Text("--prompt", "text to continue; by default, the sample begins on a new line", "text");
        var length = OptionFactory.Integer("--length", "tokens to add", 400, 1);
        var temperature = OptionFactory.Real(
            "--temperature", "lower is more predictable, higher more varied; 0 always takes the likeliest token", 0.8,
            "of at least 0", static x => x >= 0);
        var topK = OptionFactory.Integer("--top-k", "sample only from this many of the likeliest tokens; 0 for all", 0, 0);
        var seed = OptionFactory.Seed("--seed", "random seed of the sampling", 1);
        var engine = new EngineOptions();
        var command = new Command("sample", "Prints text from a trained model") { run, prompt, length, temperature, topK, seed };
        engine.AddTo(command);
        command.SetAction(result =>
        {
            using var stop = new StopSignal();
            var folder = RunFolder.Existing(result.GetValue(run)!);
            var config = folder.ReadConfigOf<TSize>(example.Name);
            var tokenizer = folder.ReadTokenizer();
            var vocabulary = text.Vocabulary(config.Size);
            if (tokenizer.Size != vocabulary)
            {
                throw new UserException(
                    $"the vocabulary of {folder.Path} has {tokenizer.Size} tokens, its model {vocabulary}: the folder is damaged");
            }

            var begin = result.GetValue(prompt);
            int[] ids = string.IsNullOrEmpty(begin) ? [tokenizer.Start] : tokenizer.Encode(begin);
            if (ids.Length == 0)
            {
                throw new UserException("--prompt has no tokens: give it some text, or omit it");
            }

            var device = engine.Apply(result);
            using var model = TModel.Create(config.Size, config.Training.Seed);
            config.Training.Masks.Apply(model);
            folder.LoadWeights(model);
            _ = model.to(device);
            var sampling = new Sampling(result.GetValue(length), result.GetValue(temperature), result.GetValue(topK), result.GetValue(seed));
            var context = text.Context(config.Size);
            var sample = TextGenerator.Continue(model, ids, context, sampling, device, stop.Token);
            result.InvocationConfiguration.Output.WriteLine(tokenizer.Decode(string.IsNullOrEmpty(begin) ? sample[1..] : sample));
            return 0;
        });
        return command;
    }
}
