namespace SuParDsl.Tool;

/// <summary>A request that the tool cannot meet. The message is one line for the user.</summary>
internal sealed class ToolException(string message) : Exception(message);
