namespace SuParDsl.Lab;

/// <summary>An error that the user can correct. Its message is one line: what is wrong, its value, and what is allowed.</summary>
public sealed class UserException(string message) : Exception(OneLine.Of(message));
