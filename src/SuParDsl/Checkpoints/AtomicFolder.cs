namespace SuParDsl;

/// <summary>Writes a folder of files so that its name holds either all of them or nothing, whatever happens in between.</summary>
public static class AtomicFolder
{
    private const string Temporary = ".tmp";

    /// <summary>Fills a temporary folder beside the target, flushes it and renames it.</summary>
    /// <param name="path">The folder to make, which is not there yet.</param>
    /// <param name="write">Fills the folder that it is given; its files are flushed by itself.</param>
    /// <exception cref="IOException">Something of that name is there, or the disk is full.</exception>
    public static void Write(string path, Action<string> write)
    {
        if (System.IO.Path.Exists(path))
        {
            throw new IOException($"{path} is there already");
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

    /// <summary>Removes a folder so that it is never seen in part.</summary>
    public static void Delete(string path)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}{Temporary}";
        Directory.Move(path, temporary);
        Directory.Delete(temporary, recursive: true);
    }

    /// <summary>Removes what a program that was killed has left half written in a folder.</summary>
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
