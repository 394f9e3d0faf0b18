using SuParDsl.Lab.Runs;

namespace SuParDsl.Lab.Checks;

/// <summary>The configuration of a coordinate check.</summary>
/// <param name="Example">The example's name.</param>
/// <param name="Size">The sizes that are not varied.</param>
/// <param name="Plan">The plan: what is varied and how models are trained.</param>
/// <param name="Data">The training data.</param>
/// <param name="Machine">The machine that it ran on.</param>
internal sealed record CheckConfig<TSize>(string Example, TSize Size, CheckPlan Plan, RunData Data, RunMachine Machine)
    where TSize : class;
