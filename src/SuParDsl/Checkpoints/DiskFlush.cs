using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SuParDsl.Checkpoints;

/// <summary>Controls when written data reaches the disk.</summary>
internal static partial class DiskFlush
{
    private const int ReadOnly = 0, InvalidArgument = 22;
    private const uint StartWriting = 2;

    /// <summary>
    /// Starts to write a part of a file to the disk in the background, so that the final flush has less to wait for. This is a
    /// hint: if the system has no such call or refuses it, the final flush writes everything.
    /// </summary>
    /// <param name="file">An open file.</param>
    /// <param name="offset">The offset of the part in bytes.</param>
    /// <param name="length">The part's length in bytes.</param>
    public static void Begin(SafeFileHandle file, long offset, long length)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SynchroniseRange(file, offset, length, StartWriting);
        }
    }

    /// <summary>
    /// Flushes a folder's entries to the disk, so that a rename survives a power failure. Windows records renames in a journal.
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
            // Some network and overlay file systems cannot flush folders and report "invalid
            // argument". Ignoring that loses nothing.
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
