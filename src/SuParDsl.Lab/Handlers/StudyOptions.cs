using SuParDsl.Lab.Data;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Text;

namespace SuParDsl.Lab.Handlers;

/// <summary>What commands that compare several sizes of a model have in common: check, sweep and bench.</summary>
/// <param name="Size">The sizes that no axis varies.</param>
/// <param name="Axes">The values of each axis that has any.</param>
internal sealed record StudyOptions<TSize>(TSize Size, IReadOnlyDictionary<SizeAxis, double[]> Axes) where TSize : class
{
    /// <summary>The data.</summary>
    public DataChoice Data { get; init; } = new();

    /// <summary>The device and the number of threads.</summary>
    public EngineChoice Engine { get; init; } = new();

    /// <summary>The folder of the results; null for a new one below <c>runs</c>.</summary>
    public string? Out { get; init; }

    /// <summary>The text of the file with which <c>--config</c> repeats the command; null for none.</summary>
    public string? Repeat { get; init; }

    /// <summary>Opens the data.</summary>
    /// <param name="source">The example's data source.</param>
    /// <param name="sizes">The description of the model's sizes.</param>
    /// <param name="output">Where to report the progress of long preparations.</param>
    /// <returns>The data, and the sizes with those that the data determine.</returns>
    /// <exception cref="UserException">The data cannot be used.</exception>
    public (OpenData Data, TSize Size) Open(IDataSource source, SizeList<TSize> sizes, TextWriter output)
    {
        var open = Data.Open(source, sizes, Size, output);
        return (open, sizes.With(Size, open.Sizes));
    }

    /// <summary>Creates the folder of the results, with the file that repeats the command.</summary>
    /// <param name="name">The name in the default path: the example and the command.</param>
    public RunFolder CreateFolder(string name)
    {
        var folder = RunFolder.Create(Out, name, DateTimeOffset.UtcNow);
        folder.WriteToRepeat(Repeat);
        return folder;
    }
}

/// <summary>Work in equal parts whose results a command waits for.</summary>
internal static class StudyWork
{
    /// <summary>Does the work and shows its progress.</summary>
    /// <param name="streams">Where to write.</param>
    /// <param name="total">The number of parts.</param>
    /// <param name="unit">The name of the parts, in the plural.</param>
    /// <param name="aim">What is done to each: "measured".</param>
    /// <param name="work">The work, which calls its argument with a description of each part that is done.</param>
    /// <returns>The results; null if the work was stopped, which the error stream then says.</returns>
    public static T? Watch<T>(Streams streams, int total, string unit, string aim, Func<Action<string>, T> work) where T : class
    {
        try
        {
            return WorkProgress.Watch(streams.Output, Terminal.Of(streams.Output), total, unit, work);
        }
        catch (OperationCanceledException)
        {
            streams.Error.WriteLine($"error: stopped before all {total} {unit} were {aim}");
            return null;
        }
    }
}
