using System.Globalization;
using System.Text;
using SuParDsl.Lab.Charts;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Text;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Handlers;

/// <summary>The options of <c>find-lr</c>.</summary>
/// <param name="Size">The model's sizes.</param>
/// <param name="Training">How it is trained, except for its learning rates.</param>
/// <param name="Low">The first learning rate.</param>
/// <param name="High">The last learning rate.</param>
internal sealed record FindLrOptions<TSize>(TSize Size, TrainingOptions Training, double Low, double High) where TSize : class
{
    /// <summary>The data.</summary>
    public DataChoice Data { get; init; } = new();

    /// <summary>The device and the number of threads.</summary>
    public EngineChoice Engine { get; init; } = new();

    /// <summary>The folder of the results; null for a new one below <c>runs</c>.</summary>
    public string? Out { get; init; }

    /// <summary>The options that were given, as <c>sweep</c> takes them.</summary>
    public IReadOnlyList<string> ForSweep { get; init; } = [];

    /// <summary>The options that were given, as <c>train</c> takes them.</summary>
    public IReadOnlyList<string> ForTrain { get; init; } = [];

    /// <summary>The text of the file with which <c>--config</c> repeats the command; null for none.</summary>
    public string? Repeat { get; init; }
}

/// <summary><c>find-lr</c>: the learning-rate range test, a quick estimate of where to begin a sweep.</summary>
internal static class FindLrHandler
{
    private const int Rows = 16;

    /// <summary>Runs the test, and writes its table, figure and suggestion.</summary>
    /// <returns>The exit code: 1 if the loss never falls, or it was stopped.</returns>
    /// <exception cref="UserException">The range is empty, or the model or the data cannot be used.</exception>
    public static int Run<TModel, TSize>(
        Example<TModel, TSize> example, FindLrOptions<TSize> options, Streams streams, CancellationToken stop)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        if (options.Low >= options.High)
        {
            throw new UserException(string.Create(
                CultureInfo.InvariantCulture,
                $"--from-lr is {Numbers.Text(options.Low)}: it must be below --to-lr, which is {Numbers.Text(options.High)}"));
        }

        using var open = options.Data.Open(example.Data, TModel.Sizes, options.Size, streams.Output);
        var device = options.Engine.Apply();
        using var model = options.Training.Masks.ApplyWhereSparse(
            TModel.Create(TModel.Sizes.With(options.Size, open.Sizes), options.Training.Seed));
        _ = model.to(device);
        options.Training.Store(model);
        var folder = RunFolder.Create(options.Out, example.Name + "-find-lr", DateTimeOffset.UtcNow);
        folder.WriteToRepeat(options.Repeat);
        var test = RateFinder.Run(model, open, example.Loss, options.Training, device, (options.Low, options.High), stop);
        folder.Write("find-lr.csv", Csv(test));
        folder.Write("find-lr.svg", Figure(test, example).ToSvg());
        Table(test).Print(streams.Output, Terminal.Of(streams.Output));
        streams.Output.WriteLine();
        if (stop.IsCancellationRequested)
        {
            streams.Error.WriteLine("error: stopped before the last learning rate was reached");
            return 1;
        }

        if (test.Steepest is not { } steepest)
        {
            streams.Error.WriteLine(
                "error: the loss does not fall at any of these learning rates: take others (--from-lr, --to-lr) or more --steps");
            return 1;
        }

        streams.Output.WriteLine(
            $"the loss falls fastest at {Numbers.Octaves(steepest.LearningRate)}, is smallest at "
            + $"{Numbers.Octaves(test.Smallest!.LearningRate)}, and "
            + (test.Diverged is { } end ? $"diverges at {Numbers.Octaves(end)}" : "does not diverge"));
        streams.Output.WriteLine($"everything is in {folder.Path}");
        NextCommands.Write(streams.Output, NextCommands.Of(example.Name).AfterFindLr(
            steepest.LearningRate, options.ForSweep, options.ForTrain));
        return 0;
    }

    private static string Csv(RangeTest test)
    {
        var csv = new StringBuilder("learning_rate,smoothed_loss\n");
        foreach (var (rate, loss) in test.Steps)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{rate:G9},{loss:G9}\n");
        }

        return csv.ToString();
    }

    private static PanelFigure Figure<TModel, TSize>(RangeTest test, Example<TModel, TSize> example)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class => new(
        $"{example.Name}: loss while the learning rate rises", "base learning rate", "smoothed training loss", 1,
        [
            new Panel(
                string.Empty,
                [
                    new PanelSeries(
                        "loss", [.. test.Steps.Select(static step => new ChartPoint(step.LearningRate, step.Loss))],
                        test.Steepest is { } best ? new ChartPoint(best.LearningRate, best.Loss) : null, []),
                ]),
        ],
        HasLogY: false);

    private static TextTable Table(RangeTest test) => new(
        ["learning rate", "smoothed loss"],
        [
            .. test.Steps.Where((_, index) => index % Math.Max(1, test.Steps.Count / Rows) == 0).Select(static step => new[]
            {
                Numbers.Octaves(step.LearningRate), step.Loss.ToString("F4", CultureInfo.InvariantCulture),
            }),
        ]);
}
