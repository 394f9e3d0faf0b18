namespace SuParDsl.Engine;

/// <summary>
/// The exception that is thrown when TorchSharp's native libraries cannot be used in this process. The message names the library,
/// what it lacks and what to do.
/// </summary>
public sealed class EngineException : Exception
{
    /// <summary>Creates an exception with a message.</summary>
    public EngineException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a message and a cause.</summary>
    public EngineException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
