namespace SuParDsl.Lab.Runs;

/// <summary>
/// Keeps a folder for one process that trains there. The lock is the operating system's, on a file that stays open: it ends with the
/// process, however that ends. A killed process leaves the file behind, which means nothing without one that holds it.
/// </summary>
internal sealed class RunLock : IDisposable
{
    private const string FileName = ".lock", OwnerName = ".lock.owner";

    // What opening a file says that another process has locked: EWOULDBLOCK of Linux and macOS, Windows' sharing violation.
    private static readonly int[] Locked = [11, 35, unchecked((int)0x80070020)];

    private FileStream? file;
    private string path = string.Empty, owner = string.Empty;

    /// <summary>Takes a folder until this is disposed of.</summary>
    /// <exception cref="UserException">Another process has it; the message names the folder and the process.</exception>
    public void Take(string folder)
    {
        (path, owner) = (Path.Combine(folder, FileName), Path.Combine(folder, OwnerName));
        while (file is null)
        {
            try
            {
                file = Opened();
            }
            catch (IOException e) when (Locked.Contains(e.HResult))
            {
                throw new UserException(
                    $"{folder} is in use by {Owner()}, which trains there: wait until it ends, or choose another folder");
            }
        }

        // A locked file cannot be read, so that the owner's name lies beside it. It helps people alone.
        IfPossible(() => File.WriteAllText(owner, $"process {Environment.ProcessId} on {Environment.MachineName}"));
    }

    /// <summary>Whether a file is a lock's own.</summary>
    public static bool IsOwn(string path) => Path.GetFileName(path) is FileName or OwnerName;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (file is not null)
        {
            IfPossible(() => File.Delete(owner));
            IfPossible(() => File.Delete(path));
            file.Dispose();
        }
    }

    // Null where the process before has removed the file after this one had opened it: the next process would lock another one. A length
    // that no other process chooses tells whether what has the name is what is locked; files are compared by nothing else everywhere.
    private FileStream? Opened()
    {
        var opened = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        var length = Random.Shared.NextInt64(1, 1 << 20);
        opened.SetLength(length);
        if (new FileInfo(path) is { Exists: true } named && named.Length == length)
        {
            return opened;
        }

        opened.Dispose();
        return null;
    }

    private string Owner()
    {
        var name = string.Empty;
        IfPossible(() => name = File.ReadAllText(owner));
        return name.Length > 0 ? name : "another process";
    }

    private static void IfPossible(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
