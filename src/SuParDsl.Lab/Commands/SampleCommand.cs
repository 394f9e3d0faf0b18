using System.CommandLine;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Generation;
using SuParDsl.Lab.Handlers;

namespace SuParDsl.Lab.Commands;

/// <summary><c>sample</c>: the command line of <see cref="SampleHandler"/>.</summary>
internal static class SampleCommand
{
    /// <summary>The command for an example.</summary>
    public static Command Create<TModel, TSize>(Example<TModel, TSize> example, TextData text)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var run = new Argument<string>("run")
        {
            Description = example.Formats.Count > 0 ? "a run folder, or the folder of a model that import reads"
                : "a run folder that train has written",
        };
        var prompt = OptionFactory.Text("--prompt", "text to continue; by default, the sample begins on a new line", "text");
        var sampling = new SamplingOptionSet();
        var cache = OptionFactory.Choice(
            "--cache", "keep keys and values of earlier positions; auto and on do if the model can, and on says if not",
            CacheUse.Auto);
        var storage = OptionFactory.Choice(
            "--storage", "how sparse matrices are stored; auto compresses large ones", Storage.Auto);
        var engine = new EngineOptionSet();
        var command = new Command("sample", "Prints text from a trained model") { run, prompt };
        sampling.AddTo(command);
        command.Add(cache);
        command.Add(storage);
        engine.AddTo(command);
        command.SetHandler((result, stop) =>
        {
            var options = new SampleOptions(result.GetValue(run)!, sampling.Read(result))
            {
                Prompt = result.GetValue(prompt),
                Cache = result.GetValue(cache),
                Storage = result.GetValue(storage),
                Engine = engine.Read(result),
            };
            return SampleHandler.Run(example, text, options, result.Streams(), stop);
        });
        return command;
    }
}
