namespace SuParDsl;

/// <summary>An optimizer's state as a file tells it, checked but not yet applied.</summary>
/// <param name="States">For each tensor, by name, how many steps it took and its moments: other masks may order them otherwise.</param>
/// <param name="Masters">The float32 copies of weights in half precision, by name.</param>
/// <param name="Scale">The loss scale, where there is one.</param>
/// <param name="GoodSteps">Its steps without an overflow.</param>
/// <param name="Skipped">Its skipped steps.</param>
internal sealed record SavedOptimizer(
    IReadOnlyDictionary<string, (long Steps, List<float[]> Moments)> States, IReadOnlyDictionary<string, float[]> Masters,
    double Scale, int GoodSteps, int Skipped);
