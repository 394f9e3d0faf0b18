using System.Runtime.InteropServices;
using SuParDsl.Engine;

namespace SuParDsl.Lab.Errors;

/// <summary>
/// Turns errors that a user can cause into one line and an exit code. Any other exception is a defect and keeps its stack trace.
/// </summary>
internal static class ErrorBoundary
{
    private const int BadRequest = 2;
    private const int EngineFailure = 1;
    private const string TooLarge = "the requested sizes do not fit into this machine's memory: use smaller ones";

    /// <summary>Runs a command, and writes an error that a user can cause as one line.</summary>
    public static int Run(Func<int> command, TextWriter error)
    {
        try
        {
            return command();
        }
        catch (Exception e) when (Describe(e) is not null)
        {
            var (message, code) = Describe(e)!.Value;
            error.WriteLine(Line(message));
            return code;
        }
    }

    /// <summary>Returns the message and the exit code of an error that a user can cause; null for a defect.</summary>
    public static (string Message, int Code)? Describe(Exception e) => e switch
    {
        _ when e.GetBaseException() is EngineException engine => (engine.Message, BadRequest),
        UserException or SizeException or IdException or IOException or UnauthorizedAccessException => (e.Message, BadRequest),
        OutOfMemoryException or OverflowException => (TooLarge, BadRequest),
        _ when IsMemory(e) => (TooLarge, BadRequest),
        _ when IsTypes(e) => ($"the model, its loss and its data do not fit together: {e.Message.Split('\n')[0]}", BadRequest),
        ExternalException or DllNotFoundException or TypeInitializationException or BadImageFormatException =>
            ("the engine failed: " + e.GetBaseException().Message, EngineFailure),
        _ => null,
    };

    /// <summary>Formats a message as the line that a user reads.</summary>
    public static string Line(string message) => "error: " + OneLine.Of(message.Split('\n')[0].TrimEnd());

    /// <summary>
    /// Returns whether the engine ran out of memory. It reports this only in the text of a message, for the CPU and for GPUs.
    /// </summary>
    public static bool IsMemory(Exception e) => e is ExternalException
        && (e.Message.Contains("allocate memory", StringComparison.Ordinal)
            || e.Message.Contains("out of memory", StringComparison.Ordinal));

    /// <summary>
    /// Returns whether an operation, or its backward pass, got types that it cannot combine. Only the message's text says so.
    /// </summary>
    public static bool IsTypes(Exception e) => e is ExternalException
        && (e.Message.Contains("dtype", StringComparison.Ordinal) || e.Message.Contains("scalar type", StringComparison.Ordinal));
}
