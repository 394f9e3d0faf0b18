using System.CommandLine;
using System.Globalization;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Replay;

namespace SuParDsl.Lab.Commands;

/// <summary><c>replay</c>: repeats a run of a reference implementation and compares it step by step.</summary>
internal static class ReplayCommand
{
    /// <summary>The number of runs with other roundings with which a run is compared if it differs.</summary>
    private const int Roundings = 8;

    /// <summary>The command for an example.</summary>
    public static Command Create<TModel, TSize>(ReferenceMapping<TSize> mapping)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : class
    {
        var folder = new Argument<string>("folder") { Description = "a reference run: trace.json and tensors.safetensors" };
        var tolerance = OptionFactory.Real("--tolerance", "largest relative difference of a loss", 1e-4, "above 0", static x => x > 0);
        var command = new Command("replay", "Repeats a run of the reference implementation from its weights, masks and batches, and compares")
        {
            folder, tolerance,
        };
        command.SetAction(result =>
        {
            var output = result.InvocationConfiguration.Output;
            using var run = ReferenceRun.Open(result.GetValue(folder)!);
            output.WriteLine("step        loss   reference  rel. difference    gradient norm  rel. difference");
            var replay = Replayer.Replay<TModel, TSize>(run, mapping, step => output.WriteLine(
                Line($"{step.Step,4}  {step.Loss,10:F6}  {step.ReferenceLoss,10:F6}  {step.LossDifference,15:E1}  ")
                + Line($"{step.GradientNorm,15:F6}  {step.GradientNormDifference,15:E1}")));
            output.WriteLine(Line($"logits at step 0: max difference {replay.LogitDifference:E1}, at most {ReplayResult.LogitTolerance:E1}"));
            output.WriteLine(Line($"learning-rate multipliers: {Rates(replay.Rates)}, reference {Rates(replay.ReferenceRates)}"));
            output.WriteLine(
                Line($"max loss difference {replay.LossDifference:E2}, max gradient-norm difference {replay.GradientNormDifference:E2}, ")
                + Line($"max weight difference {replay.WeightDifference:E2}"));
            if (replay.Passes(result.GetValue(tolerance)))
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
            return replay.Passes(result.GetValue(tolerance), difference) ? 0 : 1;
        });
        return command;
    }

    private static string Rates(IEnumerable<double> rates) => string.Join(", ", rates.Select(static rate => Line($"{rate:G6}")));

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
