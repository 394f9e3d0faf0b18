namespace SuParDsl;

/// <summary>
/// The exception that is thrown when a size, density or multiplier is outside its range. The
/// message names it, its value and the allowed range.
/// </summary>
public sealed class SizeException(string message) : ArgumentException(message);
