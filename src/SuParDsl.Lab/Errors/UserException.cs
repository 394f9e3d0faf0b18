namespace SuParDsl.Lab;

/// <summary>Something that the user asked for and cannot have. The message is one line: what, its value, and what would be right.</summary>
public sealed class UserException(string message) : Exception(OneLine.Of(message));
