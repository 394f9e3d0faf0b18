using System.CommandLine;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Handlers;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Commands;

/// <summary><c>sample</c>: the command line of <see cref="SampleHandler"/>.</summary>
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
        var engine = new EngineOptionSet();
        var command = new Command("sample", "Prints text from a trained model") { run, prompt, length, temperature, topK, seed };
        engine.AddTo(command);
        command.SetHandler((result, stop) =>
        {
            var sampling = new Sampling(
                result.GetValue(length), result.GetValue(temperature), result.GetValue(topK), result.GetValue(seed));
            var options = new SampleOptions(result.GetValue(run)!, sampling)
            {
                Prompt = result.GetValue(prompt),
                Engine = engine.Read(result),
            };
            return SampleHandler.Run(example, text, options, result.Streams().Output, stop);
        });
        return command;
    }
}
