namespace SuParDsl;

/// <summary>The ranks of a parallel run cannot work together: no library, a failed call, or ranks that differ. The message is one line.</summary>
public sealed class ProcessGroupException(string message) : IOException(OneLine.Of(message));
