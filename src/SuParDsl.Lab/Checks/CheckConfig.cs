using SuParDsl.Lab.Runs;

namespace SuParDsl.Lab.Checks;

/// <summary>Everything that a check was made from.</summary>
/// <param name="Example">The example's name.</param>
/// <param name="Size">The sizes that no axis names.</param>
/// <param name="Plan">What was varied.</param>
/// <param name="Data">What it was trained on.</param>
/// <param name="Machine">What it ran on.</param>
internal sealed record CheckConfig<TSize>(string Example, TSize Size, CheckPlan Plan, RunData Data, RunMachine Machine)
    where TSize : class;
