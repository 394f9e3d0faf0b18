using System.Diagnostics;

namespace SuParDsl.Lab.Errors;

/// <summary>Calls code of the program that uses the lab, and names it if it fails.</summary>
internal static class OwnCode
{
    /// <summary>Calls a function. An exception becomes the error of one line that names the function.</summary>
    /// <param name="what">The function: "the observer CsvLog".</param>
    /// <param name="call">The call.</param>
    /// <exception cref="UserException">The function failed.</exception>
    public static T Call<T>(string what, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception e)
        {
            throw Failure(what, e);
        }
    }

    /// <summary>Reads data of a program. Errors that are one line already keep their message.</summary>
    /// <param name="what">The data: "the training batch of step 0 (a sine)".</param>
    /// <param name="read">The function.</param>
    /// <exception cref="UserException">The function failed.</exception>
    public static T Read<T>(string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException || ErrorBoundary.Describe(e) is null)
        {
            throw Failure(what, e);
        }
    }

    /// <summary>The error of one line for a failure, with the place in the source if it is known.</summary>
    public static UserException Failure(string what, Exception e)
    {
        var cause = e is UserException ? e.Message : $"{e.GetType().Name}: {e.Message.Split('\n')[0].TrimEnd()}";
        return new($"{what} failed: {cause}{(e is UserException ? string.Empty : Place(e))}");
    }

    // The innermost place that debugging symbols know, which is in the program's own code.
    private static string Place(Exception e) =>
        new StackTrace(e, fNeedFileInfo: true).GetFrames()
            .FirstOrDefault(static frame => frame.GetFileName() is not null) is { } frame
            ? $" ({Path.GetFileName(frame.GetFileName())}, line {frame.GetFileLineNumber()})"
            : string.Empty;
}
