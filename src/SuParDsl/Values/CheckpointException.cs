namespace SuParDsl;

/// <summary>
/// The exception that is thrown when a checkpoint is damaged or was written by another model. The message is one line.
/// </summary>
public sealed class CheckpointException(string message) : IOException(OneLine.Of(message));
