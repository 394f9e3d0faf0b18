using System.Globalization;
using SuParDsl.Lab.Training;
using SuParDsl.Sparsity;

namespace SuParDsl.Lab.Handlers;

/// <summary>
/// Warnings about settings that are allowed and defeat themselves. Each says what will happen, with the values, and what to write
/// instead.
/// </summary>
internal static class SettingWarnings
{
    /// <summary>The warnings about a run.</summary>
    /// <param name="options">The training options.</param>
    /// <param name="defaults">The defaults of the options.</param>
    /// <param name="model">The model, with its masks.</param>
    public static IEnumerable<string> Of(TrainingOptions options, TrainingOptions defaults, IModel model) =>
    [
        .. OfSchedule(options), .. OfEvaluation(options),
        .. OfMasks(options.Masks, defaults.Masks, DynamicMasks.AreNeeded(model)), .. OfOutputs(model),
    ];

    /// <summary>The warnings about a warm-up that the run does not leave, and about steps after the learning rate is 0.</summary>
    public static IEnumerable<string> OfSchedule(TrainingOptions options)
    {
        if (options.Warmup >= options.Horizon)
        {
            var least = Math.Max(0, options.Horizon / 10);
            var has = options.ScheduleSteps > 0
                ? Line($"its schedule has {options.Horizon} (--schedule-steps)") : Line($"the run has {options.Steps} (--steps)");
            yield return Line($"the learning rate rises for {options.Warmup} steps (--warmup), and {has}: ")
                + Line($"it never reaches --lr and never falls; write --warmup {least}, or train for more steps");
        }

        if (options.Horizon < options.Steps && options.RateAt(options.Horizon) == 0)
        {
            yield return Line($"the learning rate is 0 after step {options.Horizon} (--schedule-steps), and the run has ")
                + Line($"{options.Steps} steps (--steps): the others change nothing; give --final-lr or --schedule-steps 0");
        }
    }

    /// <summary>The warning about measurements that the run ends before.</summary>
    public static IEnumerable<string> OfEvaluation(TrainingOptions options)
    {
        if (options.EvalEvery >= options.Steps && options.Steps > 1)
        {
            yield return Line($"--eval-every is {options.EvalEvery}, and the run has {options.Steps} steps: ")
                + "the validation loss is measured only before and after them; "
                + Line($"write --eval-every {Math.Max(1, options.Steps / 10)} to see it fall");
        }
    }

    /// <summary>The warning about options for mask updates where no mask is updated.</summary>
    /// <param name="options">The options of mask updates.</param>
    /// <param name="defaults">Their defaults.</param>
    /// <param name="areUpdated">Whether masks of the model are updated.</param>
    public static IEnumerable<string> OfMasks(MaskOptions options, MaskOptions defaults, bool areUpdated)
    {
        if (!areUpdated && options with { Method = defaults.Method } != defaults)
        {
            yield return "options for mask updates are given (--mask-…, --drop…, --prune-…), but no mask of this model "
                + "is updated: add --method set, rigl or gmp, or leave them out";
        }
    }

    /// <summary>The warning about tensors with fewer weights than outputs.</summary>
    public static IEnumerable<string> OfOutputs(IModel model) =>
        OfOutputs(model.Tensors.Where(tensor => model.Masks.ContainsKey(tensor.Name)).Select(tensor => (
            tensor.Name, model.Masks[tensor.Name].Kept, Outputs: tensor.Count / tensor.FanIn.Value)));

    /// <inheritdoc cref="OfOutputs(IModel)"/>
    /// <param name="tensors">The name of each masked tensor, how many weights it keeps, and how many outputs it has.</param>
    public static IEnumerable<string> OfOutputs(IEnumerable<(string Name, long Kept, long Outputs)> tensors)
    {
        var thin = tensors.Where(static tensor => tensor.Kept < tensor.Outputs).ToList();
        if (thin.Count > 0)
        {
            var (name, kept, outputs) = thin.MinBy(static tensor => (double)tensor.Kept / tensor.Outputs);
            var others = thin.Count == 1 ? string.Empty : Line($", and {thin.Count - 1} other tensors have too few as well");
            var factor = Math.Pow(2, Math.Ceiling(Math.Log2((double)outputs / kept)));
            yield return Line($"{name} keeps {kept} weights for {outputs} outputs, so that some outputs keep none{others}: ")
                + Line($"raise the density {factor} times or more");
        }
    }

    /// <summary>Writes warnings, one a line.</summary>
    public static void Write(TextWriter output, IEnumerable<string> warnings)
    {
        foreach (var warning in warnings)
        {
            output.WriteLine("warning: " + warning);
        }
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
