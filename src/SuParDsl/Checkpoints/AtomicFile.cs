namespace SuParDsl.Checkpoints;

/// <summary>
/// Writes a file atomically: even after a crash, its path holds either the complete new file or the previous one.
/// </summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes to a temporary file beside the target, flushes it to the disk, renames it and flushes the folder.
    /// </summary>
    /// <param name="path">The file to write. An existing one is replaced.</param>
    /// <param name="write">Writes the content.</param>
    public static void Write(string path, Action<FileStream> write)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
            DiskFlush.Folder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Writes text as UTF-8 atomically.</summary>
    public static void WriteText(string path, string text) =>
        Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
}
