using System.Globalization;
using SuParDsl.Lab.Replay;

namespace SuParDsl.Lab.Handlers;

/// <summary>The options of <c>replay</c>.</summary>
/// <param name="Folder">The folder of a reference run.</param>
/// <param name="Tolerance">The largest relative difference of a loss.</param>
internal sealed record ReplayOptions(string Folder, double Tolerance = ReplayOptions.DefaultTolerance)
{
    /// <summary>The default of <see cref="Tolerance"/>.</summary>
    public const double DefaultTolerance = 1e-4;
}

/// <summary><c>replay</c>: repeats a run of a reference implementation and compares it step by step.</summary>
internal static class ReplayHandler
{
    /// <summary>The number of runs with other roundings with which a run is compared if it differs.</summary>
    private const int Roundings = 8;

    /// <summary>Repeats the run.</summary>
    /// <returns>The exit code: 1 if the run differs.</returns>
    /// <exception cref="UserException">The folder is damaged, or of another model.</exception>
    public static int Run<TModel, TSize>(ReferenceMapping<TSize> mapping, ReplayOptions options, TextWriter output)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        using var run = ReferenceRun.Open(options.Folder);
        output.WriteLine("step        loss   reference  rel. difference    gradient norm  rel. difference");
        var replay = Replayer.Replay<TModel, TSize>(run, mapping, step => output.WriteLine(
            Line($"{step.Step,4}  {step.Loss,10:F6}  {step.ReferenceLoss,10:F6}  {step.LossDifference,15:E1}  ")
            + Line($"{step.GradientNorm,15:F6}  {step.GradientNormDifference,15:E1}")));
        output.WriteLine(
            Line($"logits at step 0: max difference {replay.LogitDifference:E1}, at most {ReplayResult.LogitTolerance:E1}"));
        output.WriteLine(Line($"learning-rate multipliers: {Rates(replay.Rates)}, reference {Rates(replay.ReferenceRates)}"));
        output.WriteLine(
            Line($"max loss difference {replay.LossDifference:E2}, ")
            + Line($"max gradient-norm difference {replay.GradientNormDifference:E2}, ")
            + Line($"max weight difference {replay.WeightDifference:E2}"));
        if (replay.Passes(options.Tolerance))
        {
            return 0;
        }

        // Rounding can explain a difference of losses only if everything else agrees.
        if (!replay.Passes(double.PositiveInfinity))
        {
            return 1;
        }

        var difference = replay.LossDifferenceWithRounding(Replayer.OtherRoundings<TModel, TSize>(run, mapping, Roundings));
        output.WriteLine(Line($"with {Roundings} other roundings of the initial weights: max loss difference {difference:E2}"));
        return replay.Passes(options.Tolerance, difference) ? 0 : 1;
    }

    private static string Rates(IEnumerable<double> rates) => string.Join(", ", rates.Select(static rate => Line($"{rate:G6}")));

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
