using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>Turns libtorch's error texts into exceptions.</summary>
internal static class Failure
{
    private const int Lines = 6;

    /// <summary>The error that the last native call of this thread left.</summary>
    public static ExternalException Last() => new(Shorten(Marshal.PtrToStringUTF8(Entries.st_error()) ?? "unknown error"));

    public static void ThrowIf(int result)
    {
        if (result < 0) throw Last();
    }

    /// <summary>Keeps the message and drops the C++ stack trace that some builds append.</summary>
    public static string Shorten(string text)
    {
        int trace = text.IndexOf("\nException raised from", StringComparison.Ordinal);
        if (trace >= 0) text = text[..trace];
        return string.Join('\n', text.TrimEnd().Split('\n').Take(Lines));
    }
}
