using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using SuParDsl.Lab.Files;
using SuParDsl.Lab.Handlers;
using SuParDsl.Lab.Runs;

namespace SuParDsl.Lab.Commands;

/// <summary>The command line of <c>train</c> for a run that another command trains.</summary>
internal static class TrainArguments
{
    private const string Training = "training.";

    /// <summary>Returns the options of a run as a file for <c>--config</c>, with which <c>train</c> repeats it.</summary>
    /// <param name="train">The command <c>train</c> of the same program.</param>
    /// <param name="options">The options of the run.</param>
    public static string Repeat<TModel, TSize>(Command train, TrainOptions<TSize> options)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var configuration = new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false };
        string[] arguments =
        [
            .. Sizes<TModel, TSize>(train, options.Size), .. Settings(train, options), .. options.Data.Arguments(),
            .. options.Engine.Arguments(processes: 1),
        ];
        var result = train.Parse(arguments, configuration);
        return result.Errors.Count == 0
            ? Commands.Settings.ToRepeat(result)
            : throw new InvalidOperationException($"{string.Join(' ', arguments)}: {result.Errors[0].Message}");
    }

    private static IEnumerable<string> Sizes<TModel, TSize>(Command train, TSize size)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class =>
        from option in train.Options.OfType<SizeOption>()
        let text = option.Text(TModel.Sizes.Find(option.Property)!.Get(size))
        where text is not null
        from token in text.Length == 0 ? [option.Name, text] : new[] { $"{option.Name}={text}" }
        select token;

    // A value that is null is the default of its option.
    private static IEnumerable<string> Settings<TSize>(Command train, TrainOptions<TSize> options) where TSize : class
    {
        var values = JsonSerializer.SerializeToNode(options.Training, RunJson.Options);
        var names = train.Options.Select(static option => option.Name).ToHashSet();
        return
            from setting in RunSettings.All
            let place = setting.Place ?? string.Empty
            where place.StartsWith(Training, StringComparison.Ordinal) && names.Contains(setting.Option)
            let value = At(values, place[Training.Length..])
            where value is not null
            select $"{setting.Option}={SettingChange.Text(value)}";
    }

    private static JsonNode? At(JsonNode? root, string place) =>
        place.Split('.').Aggregate(root, static (node, name) => node?[name]);
}
