using System.Runtime.InteropServices;

namespace SuParDsl;

/// <summary>Brings a folder's names to the disk, so that a rename survives the loss of power.</summary>
internal static partial class FolderFlush
{
    private const int ReadOnly = 0;

    /// <summary>Flushes a folder where the system has such a call; Windows keeps its names in a journal.</summary>
    /// <exception cref="IOException">The system refused.</exception>
    public static void Run(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var file = Open(folder, ReadOnly);
        if (file < 0)
        {
            throw new IOException($"the folder {folder} cannot be opened to flush it: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        try
        {
            // Some network and overlay file systems cannot flush folders and say "invalid argument": nothing is lost there by going on.
            if (Synchronise(file) != 0 && Marshal.GetLastPInvokeError() != InvalidArgument)
            {
                throw new IOException($"the folder {folder} cannot be flushed: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
        finally
        {
            _ = Close(file);
        }
    }

    private const int InvalidArgument = 22;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronise(int file);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int file);
}
