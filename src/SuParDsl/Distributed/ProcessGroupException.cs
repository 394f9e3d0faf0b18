namespace SuParDsl.Distributed;

/// <summary>
/// The exception that is thrown when the ranks of a parallel run cannot work together: a library is missing, a call failed, or
/// the ranks differ. The message is one line.
/// </summary>
public sealed class ProcessGroupException(string message) : IOException(OneLine.Of(message));
