using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SuParDsl;

/// <summary>What the disk is asked beyond writing.</summary>
internal static partial class DiskFlush
{
    private const int ReadOnly = 0, InvalidArgument = 22;
    private const uint StartWriting = 2;

    /// <summary>
    /// Lets the disk begin with a part of a file while the program goes on, so that the flush at its end has less to wait for. It is a
    /// hint: where the system has no such call, or refuses, the flush does it all.
    /// </summary>
    /// <param name="file">An open file.</param>
    /// <param name="offset">Where the part begins, in bytes.</param>
    /// <param name="length">The part's length in bytes.</param>
    public static void Begin(SafeFileHandle file, long offset, long length)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SynchroniseRange(file, offset, length, StartWriting);
        }
    }

    /// <summary>
    /// Brings a folder's names to the disk, so that a rename survives the loss of power; Windows keeps them in a journal.
    /// </summary>
    /// <exception cref="IOException">The system refused.</exception>
    public static void Folder(string folder)
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

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int SynchroniseRange(SafeFileHandle file, long offset, long length, uint flags);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronise(int file);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int file);
}
