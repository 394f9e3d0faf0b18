using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace TorchSharp;

/// <summary>
/// Carries an exception from a managed backward through libtorch's engine, which passes on texts only:
/// the text names the exception's number.
/// </summary>
internal static class CallbackErrors
{
    private const string Mark = "managed exception #";

    private static readonly ConcurrentDictionary<long, ExceptionDispatchInfo> Waiting = new();
    private static long last;

    public static string Keep(Exception error)
    {
        long number = Interlocked.Increment(ref last);
        Waiting[number] = ExceptionDispatchInfo.Capture(error);
        return $"{Mark}{number}: {error.Message}";
    }

    /// <summary>Throws the exception that <paramref name="failure"/>'s text names, or gives the failure back.</summary>
    public static Exception Rethrow(Exception failure)
    {
        int at = failure.Message.IndexOf(Mark, StringComparison.Ordinal);
        if (at < 0) return failure;
        string digits = new(failure.Message[(at + Mark.Length)..].TakeWhile(char.IsAsciiDigit).ToArray());
        if (long.TryParse(digits, out long number) && Waiting.TryRemove(number, out var original)) original.Throw();
        return failure;
    }
}
