using SuParDsl.Lab.Data;
using SuParDsl.Lab.Interop;
using SuParDsl.Lab.Runs;

namespace SuParDsl.Lab.Handlers;

/// <summary>The options of <c>import</c>.</summary>
/// <param name="Folder">The folder of another program's model.</param>
/// <param name="Size">The sizes that its configuration does not state.</param>
/// <param name="Out">The run folder; null for a new one below <c>runs</c>.</param>
internal sealed record ImportOptions<TSize>(string Folder, TSize Size, string? Out) where TSize : class;

/// <summary><c>import</c>: makes a run of another program's weights.</summary>
internal static class ImportHandler
{
    /// <summary>Writes the run folder.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UserException">The folder holds something else, or the run exists.</exception>
    public static int Run<TModel, TSize>(Example<TModel, TSize> example, ImportOptions<TSize> options, TextWriter output)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        RunFolder.Check(options.Out);
        var imported = WeightImporter.Read<TModel, TSize>(
            options.Folder, example.Formats, options.Size, example.Data as TextData);
        using var model = imported.Model;
        var data = new RunData($"the weights of {imported.Name}", null, imported.Tokenizer?.Tokenizer.Unit ?? "example", 0, 0);
        var config = new RunConfig<TSize>(
            example.Name, imported.Size, example.Training, data, RunMachine.Here(TorchSharp.torch.CPU));
        var folder = RunFolder.CreateAtOnce(options.Out, example.Name, DateTimeOffset.UtcNow, made =>
        {
            made.WriteSetup(config, imported.Tokenizer?.Tokenizer, model.MuTable);
            made.WriteWeights(model, steps: 0);
        });
        var weights = model.Tensors.Sum(static tensor => tensor.Count);
        output.WriteLine(
            $"{example.Name} under {model.Rule}: {weights} weights of {imported.Name}; {Tokens(imported.Tokenizer)}"
            + $"run folder {folder.Path}");
        return 0;
    }

    private static string Tokens(ForeignTokenizer? read) => read switch
    {
        null => string.Empty,
        { Refusal: { } refusal } => $"no tokenizer that the lab reads ({refusal}), so that texts are token ids; ",
        { Tokenizer: var tokenizer } => $"{tokenizer.Size} {tokenizer.Unit}s; ",
    };
}
