namespace SuParDsl.Lab.Runs;

/// <summary>
/// Reserves a folder for one process that trains there. The operating system locks a file that stays open, so the lock ends when
/// the process ends, even if it is killed. A killed process leaves the file behind, but no lock.
/// </summary>
internal sealed class RunLock : IDisposable
{
    private const string FileName = ".lock", OwnerName = ".lock.owner";

    // The errors of opening a file that another process has locked: EWOULDBLOCK on Linux and macOS, Windows' sharing violation.
    private static readonly int[] Locked = [11, 35, unchecked((int)0x80070020)];

    private FileStream? file;
    private string path = string.Empty, owner = string.Empty;

    /// <summary>Locks a folder until this object is disposed.</summary>
    /// <exception cref="UserException">Another process has locked it. The message names the folder and the process.</exception>
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

        // A locked file cannot be read, so the owner's name is written to another file. Only error messages use it.
        IfPossible(() => File.WriteAllText(owner, $"process {Environment.ProcessId} on {Environment.MachineName}"));
    }

    /// <summary>Returns whether a file belongs to a lock.</summary>
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

    // Returns null if the previous owner deleted the file after this process opened it, because the next process would then lock
    // a new file. To detect this, set a random length and compare it with the length of the file that has the name. No other way
    // to compare files works on all systems.
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
