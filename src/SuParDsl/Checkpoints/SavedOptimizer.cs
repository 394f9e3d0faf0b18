namespace SuParDsl.Checkpoints;

/// <summary>An optimizer's state that was read from a file and checked, but not yet applied.</summary>
/// <param name="States">The steps and moments of each tensor, by name. The masks determine the order of a moment's
/// values.</param>
/// <param name="Masters">The float32 copies of weights in half precision, by name.</param>
/// <param name="Scale">The loss scale, if there is one.</param>
/// <param name="GoodSteps">The loss scale's steps without an overflow.</param>
/// <param name="Skipped">The loss scale's skipped steps.</param>
internal sealed record SavedOptimizer(
    IReadOnlyDictionary<string, (long Steps, List<float[]> Moments)> States, IReadOnlyDictionary<string, float[]> Masters,
    double Scale, int GoodSteps, int Skipped);
