namespace SuParDsl;

/// <summary>A size, density or multiplier that a model cannot be built with. The message names it, its value and the allowed range.</summary>
public sealed class SizeException(string message) : ArgumentException(message);
