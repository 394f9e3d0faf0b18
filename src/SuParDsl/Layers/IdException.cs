namespace SuParDsl;

/// <summary>
/// Thrown for ids without a row in the table. The message has the layer, the first such id and its position, and the allowed
/// range.
/// </summary>
public sealed class IdException(string message, Exception innerException) : ArgumentException(message, innerException);
