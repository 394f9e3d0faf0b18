namespace SuParDsl;

/// <summary>Ids that a table has no row for. The message names the layer, the first such id with its place, and the allowed range.</summary>
public sealed class IdException(string message, Exception innerException) : ArgumentException(message, innerException);
