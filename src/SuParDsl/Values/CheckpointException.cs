namespace SuParDsl;

/// <summary>A checkpoint that cannot be used: damaged, or made by another model. The message says what is wrong with it in one line.</summary>
public sealed class CheckpointException(string message) : IOException(OneLine.Of(message));
