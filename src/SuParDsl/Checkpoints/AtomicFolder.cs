namespace SuParDsl.Checkpoints;

/// <summary>Writes a folder atomically: even after a crash, its path holds either all of its files or nothing.</summary>
public static class AtomicFolder
{
    private const string Temporary = ".tmp";

    /// <summary>Fills a temporary folder beside the target, flushes it and renames it.</summary>
    /// <param name="path">The folder to create, which must not exist yet.</param>
    /// <param name="write">Fills the folder whose path it receives, and flushes the files.</param>
    /// <exception cref="IOException">The path already exists, or the disk is full.</exception>
    public static void Write(string path, Action<string> write)
    {
        if (System.IO.Path.Exists(path))
        {
            throw new IOException($"{path} already exists");
        }

        var temporary = $"{path}.{Guid.NewGuid():N}{Temporary}";
        try
        {
            Directory.CreateDirectory(temporary);
            write(temporary);
            DiskFlush.Folder(temporary);
            Directory.Move(temporary, path);
            DiskFlush.Folder(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
        }
        finally
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
        }
    }

    /// <summary>Deletes a folder. It is renamed first, so that no partly deleted folder has its name.</summary>
    public static void Delete(string path)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}{Temporary}";
        Directory.Move(path, temporary);
        Directory.Delete(temporary, recursive: true);
    }

    /// <summary>Deletes the temporary files and folders that a killed program has left in a folder.</summary>
    public static void Clean(string parent)
    {
        foreach (var left in Directory.EnumerateDirectories(parent, "*" + Temporary))
        {
            Directory.Delete(left, recursive: true);
        }

        foreach (var left in Directory.EnumerateFiles(parent, "*" + Temporary))
        {
            File.Delete(left);
        }
    }
}
