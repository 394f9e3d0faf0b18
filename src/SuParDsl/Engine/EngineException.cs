namespace SuParDsl.Engine;

/// <summary>TorchSharp's native libraries cannot be used in this process. The message names the library, what it lacks and what to do.</summary>
public sealed class EngineException : Exception
{
    /// <summary>An error with its message.</summary>
    public EngineException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its message and its cause.</summary>
    public EngineException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
