using System.Runtime.InteropServices;

namespace SuParDsl.Lab.Commands;

/// <summary>Turns what a user can cause into one line and an exit code. Anything else is a defect and keeps its stack trace.</summary>
internal static class ErrorBoundary
{
    private const int BadRequest = 2;
    private const int EngineFailure = 1;

    /// <summary>Runs a command.</summary>
    public static int Run(Func<int> command, TextWriter error)
    {
        try
        {
            return command();
        }
        catch (Exception e) when (e is UserException or SizeException or IOException or UnauthorizedAccessException)
        {
            return Fail(error, e.Message, BadRequest);
        }
        catch (Exception e) when (e is OutOfMemoryException or OverflowException || IsMemory(e))
        {
            return Fail(error, "the sizes asked for do not fit into this machine's memory: ask for smaller ones", BadRequest);
        }
        catch (Exception e) when (e is ExternalException or DllNotFoundException or TypeInitializationException or BadImageFormatException)
        {
            return Fail(error, "the engine failed: " + (e.GetBaseException().Message), EngineFailure);
        }
    }

    /// <summary>The engine reports memory in words only, for the processor and for GPUs.</summary>
    private static bool IsMemory(Exception e) => e is ExternalException
        && (e.Message.Contains("allocate memory", StringComparison.Ordinal) || e.Message.Contains("out of memory", StringComparison.Ordinal));

    private static int Fail(TextWriter error, string message, int code)
    {
        error.WriteLine("error: " + OneLine.Of(message.Split('\n')[0].TrimEnd()));
        return code;
    }
}
