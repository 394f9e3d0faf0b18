using System.Reflection;

namespace SuParDsl.Engine;

/// <summary>The folders of a program's native libraries.</summary>
internal static class NativeFolders
{
    private const string RuntimeFolder = "runtimes/linux-x64/native";

    /// <summary>The existing folders that may hold TorchSharp's native library or libtorch, in search order.</summary>
    /// <param name="torchSharp">TorchSharp's assembly. It has no location in a single-file program.</param>
    public static IReadOnlyList<string> Of(Assembly torchSharp)
    {
        List<string> folders = [];

        // The folders that the host read from deps.json: the output folder, the extracted single file, or the package cache.
        if (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") is string listed)
        {
            folders.AddRange(listed.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));
        }

#pragma warning disable IL3000 // The location is empty in a single-file program, where the host's list has the folder.
        var place = Path.GetDirectoryName(torchSharp.Location);
#pragma warning restore IL3000
        foreach (var start in (string?[])[place, AppContext.BaseDirectory])
        {
            if (!string.IsNullOrEmpty(start))
            {
                folders.Add(start);
                folders.Add(Path.Combine(start, RuntimeFolder));
            }
        }

        // For a script that loads TorchSharp.dll from the package cache, where lib/net6.0 is beside runtimes.
        if (!string.IsNullOrEmpty(place))
        {
            folders.Add(Path.Combine(place, "..", "..", RuntimeFolder));
        }

        return [.. folders.Select(Path.GetFullPath).Select(static folder => folder.TrimEnd(Path.DirectorySeparatorChar))
            .Distinct().Where(Directory.Exists)];
    }
}
