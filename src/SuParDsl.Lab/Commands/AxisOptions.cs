using System.CommandLine;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Sizes;

namespace SuParDsl.Lab.Commands;

/// <summary>Options with lists of widths, densities, depths and initial standard deviations, where a model has them.</summary>
internal sealed class AxisOptions<TModel, TSize>
    where TModel : torch.nn.Module, IModel<TModel, TSize>
    where TSize : class
{
    private readonly List<(SizeAxis Axis, Option<double[]> Option)> options;

    /// <param name="defaults">The default sizes.</param>
    /// <param name="axes">The model's axes.</param>
    /// <param name="wanted">The axes that the command can vary, with their default values.</param>
    public AxisOptions(TSize defaults, SizeAxes<TModel, TSize> axes, Dictionary<SizeAxis, double[]> wanted) => options =
    [
        .. wanted.Where(axis => axis.Key == SizeAxis.Depth || axes.Value(defaults, axis.Key) is not null)
            .Select(static axis => (axis.Key, Option(axis.Key, axis.Value))),
    ];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var (_, option) in options)
        {
            command.Add(option);
        }
    }

    /// <summary>Returns the values of each axis that has any.</summary>
    public Dictionary<SizeAxis, double[]> Read(ParseResult result) =>
        options.Select(entry => (entry.Axis, Values: result.GetValue(entry.Option)!))
            .Where(static entry => entry.Values.Length > 0)
            .ToDictionary(static entry => entry.Axis, static entry => entry.Values);

    /// <summary>Returns whether the command line gives the values of an axis.</summary>
    public bool IsGiven(ParseResult result, SizeAxis axis) =>
        options.Any(entry => entry.Axis == axis && result.GetResult(entry.Option) is { Implicit: false });

    private static Option<double[]> Option(SizeAxis axis, double[] @default) => axis switch
    {
        SizeAxis.Width => OptionFactory.Reals(
            "--widths", "widths; where one axis varies at a time, the others keep their first value",
            @default, "that are whole and above 0", IsCount),
        SizeAxis.Density => OptionFactory.Reals(
            "--densities", "densities; where one axis varies at a time, the others keep their first value",
            @default, "in (0, 1]", static x => x is > 0 and <= 1),
        SizeAxis.Depth => OptionFactory.Reals(
            "--depths", "numbers of blocks; where one axis varies at a time, the others keep their first value",
            @default, "that are whole and above 0", IsCount),
        SizeAxis.Sigma =>
            OptionFactory.Reals("--sigmas", "base initial standard deviations", @default, "above 0", static x => x > 0),
        _ => throw new ArgumentOutOfRangeException(nameof(axis), axis, "is not an axis"),
    };

    private static bool IsCount(double value) => value >= 1 && value <= int.MaxValue && value == Math.Floor(value);
}
