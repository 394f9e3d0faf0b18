using System.CommandLine;
using SuParDsl.Lab.Handlers;
using SuParDsl.Lab.Sizes;

namespace SuParDsl.Lab.Commands;

/// <summary>The options of <see cref="StudyOptions{TSize}"/>, which check, sweep and bench have in common.</summary>
internal sealed class StudyOptionSet<TModel, TSize>
    where TModel : torch.nn.Module, IModel<TModel, TSize>
    where TSize : class
{
    private readonly AxisOptions<TModel, TSize> lists;
    private readonly SizeOptions<TModel, TSize> sizes;
    private readonly DataOptionSet data;
    private readonly EngineOptionSet engine = new();
    private readonly Option<string?> path;

    /// <param name="example">The example.</param>
    /// <param name="start">The default sizes.</param>
    /// <param name="path">The option for the folder of the results.</param>
    /// <param name="widths">Returns the default widths of a model with a width.</param>
    /// <param name="others">The other axes that the command can vary, with their default values.</param>
    public StudyOptionSet(
        Example<TModel, TSize> example, TSize start, Option<string?> path, Func<double, double[]> widths,
        params (SizeAxis Axis, double[] Values)[] others)
    {
        this.path = path;
        Axes = new();
        double[] values = Axes.Value(start, SizeAxis.Width) is { } width ? widths(width) : [];
        var wanted = others.Prepend((Axis: SizeAxis.Width, Values: values));
        lists = new(start, Axes, wanted.ToDictionary(static axis => axis.Axis, static axis => axis.Values));
        sizes = new(start, Axes.Names(SizeAxis.Width, SizeAxis.Density).Concat(example.Data.Sizes));
        data = new(example.Data);
    }

    /// <summary>The model's axes.</summary>
    public SizeAxes<TModel, TSize> Axes { get; }

    /// <summary>Adds the options for the sizes to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="own">Options of the command that belong after those of the axes.</param>
    public void AddSizesTo(Command command, params IEnumerable<Option> own)
    {
        lists.AddTo(command);
        command.AddAll(own);
        sizes.AddTo(command);
    }

    /// <summary>Adds the options for the data, the engine and the folder to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="own">Options of the command that belong before the folder.</param>
    public void AddPlacesTo(Command command, params IEnumerable<Option> own)
    {
        data.AddTo(command);
        engine.AddTo(command);
        command.AddAll(own);
        command.Add(path);
    }

    /// <summary>Returns whether the command line gives the values of an axis.</summary>
    public bool IsGiven(ParseResult result, SizeAxis axis) => lists.IsGiven(result, axis);

    /// <summary>Reads the values from a command line.</summary>
    public StudyOptions<TSize> Read(ParseResult result) => new(sizes.Read(result), lists.Read(result))
    {
        Data = data.Read(result),
        Engine = engine.Read(result),
        Out = result.GetValue(path),
        Repeat = Settings.ToRepeat(result),
    };
}
