using System.Runtime.Versioning;

namespace SuParDsl.Engine;

/// <summary>A cache of native libraries that were patched on this machine, shared by all processes of the user.</summary>
[SupportedOSPlatform("linux")]
internal static class LibraryCache
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Loads a library from the cache, after writing it there unless the same bytes are cached already.</summary>
    /// <param name="name">The library's file name.</param>
    /// <param name="key">A hash of the library's original, which names the folder.</param>
    /// <param name="content">The library.</param>
    /// <exception cref="EngineException">
    /// The system lacks something that the library needs, or neither the cache nor a temporary folder can hold it.
    /// </exception>
    public static nint Load(string name, string key, byte[] content)
    {
        var errors = new List<string>();
        if (UserCache() is { } cache)
        {
            try
            {
                var folder = Directory.CreateDirectory(Path.Combine(cache, key), OwnerOnly).FullName;
                var path = Path.Combine(folder, name);
                Publish(path, content);
                if (TryLoad(path, errors) is var handle and not 0)
                {
                    return handle;
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                errors.Add(error.Message);
            }
        }

        return LoadFromTemporaryFolder(name, content, errors);
    }

    /// <summary>Writes a file atomically, because other processes may be reading or writing the same one.</summary>
    public static void Publish(string path, byte[] content)
    {
        if (Holds(path, content))
        {
            return;
        }

        var mine = $"{path}.{Environment.ProcessId}.{Path.GetRandomFileName()}";
        try
        {
            WriteNew(mine, content);
            File.Move(mine, path, overwrite: true);
        }
        catch
        {
            File.Delete(mine);
            throw;
        }

        if (!Holds(path, content))
        {
            throw new IOException($"'{path}' does not hold what was written to it");
        }
    }

    private static bool Holds(string path, byte[] content) =>
        File.Exists(path)
        && new FileInfo(path).Length == content.Length
        && File.ReadAllBytes(path).AsSpan().SequenceEqual(content);

    /// <summary>
    /// Writes a file into a temporary folder that only its owner can enter (mode 0700), uses it, and deletes both.
    /// </summary>
    /// <exception cref="IOException">The temporary folder cannot be written.</exception>
    public static T InPrivateFolder<T>(string name, byte[] content, Func<string, T> use)
    {
        var folder = Directory.CreateTempSubdirectory("supardsl-").FullName;
        try
        {
            var path = Path.Combine(folder, name);
            WriteNew(path, content);
            return use(path);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static nint LoadFromTemporaryFolder(string name, byte[] content, List<string> errors)
    {
        try
        {
            // The library stays mapped in the process after its file is deleted.
            if (InPrivateFolder(name, content, path => TryLoad(path, errors)) is var handle and not 0)
            {
                return handle;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            errors.Add($"{error.Message} (below the temporary folder {Path.GetTempPath()})");
        }

        throw new EngineException(
            $"the copy of {name} that this system's C++ library can load was not loaded "
            + $"({string.Join("; ", errors.Distinct())}): "
            + "set XDG_CACHE_HOME or TMPDIR to a folder that can be written and from which libraries may be loaded");
    }

    private static nint TryLoad(string path, List<string> errors)
    {
        var handle = DynamicLinker.TryLoad(path, out var error);
        if (handle == 0)
        {
            errors.Add(LinkerErrors.Missing(Path.GetFileName(path), error) is { } missing ? throw missing : error);
        }

        return handle;
    }

    private static void WriteNew(string path, byte[] content)
    {
        using var file = new FileStream(
            path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
        file.Write(content);
    }

    /// <summary>The user's cache folder by the XDG rules, which ignore relative paths; null if there is none.</summary>
    private static string? UserCache()
    {
        var root = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (!Path.IsPathRooted(root))
        {
            root = Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home && Path.IsPathRooted(home)
                ? Path.Combine(home, ".cache")
                : null;
        }

        return root is null ? null : Path.Combine(root, "supardsl", "native");
    }
}
