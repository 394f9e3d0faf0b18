namespace SuParDsl;

/// <summary>A <c>[Multiplier]</c> parameter: a factor that the user wrote in the flow.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Value">Its value in this model.</param>
public sealed record ForwardMultiplier(string Name, double Value);
