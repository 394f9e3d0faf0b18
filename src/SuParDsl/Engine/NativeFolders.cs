using System.Reflection;

namespace SuParDsl.Engine;

/// <summary>Where a program's native libraries lie.</summary>
internal static class NativeFolders
{
    private const string RuntimeFolder = "runtimes/linux-x64/native";

    /// <summary>The folders that may hold TorchSharp's native library or libtorch, the first one first; each exists.</summary>
    /// <param name="torchSharp">TorchSharp's assembly, which has no place of its own in a single file.</param>
    public static IReadOnlyList<string> Of(Assembly torchSharp)
    {
        List<string> folders = [];

        // What the host read from deps.json: the output folder, the extracted single file, or the package cache.
        if (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") is string listed)
        {
            folders.AddRange(listed.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));
        }

#pragma warning disable IL3000 // Empty in a single file, where the host's list has the folder.
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

        // A script that loads TorchSharp.dll from the package cache: lib/net6.0 lies beside runtimes.
        if (!string.IsNullOrEmpty(place))
        {
            folders.Add(Path.Combine(place, "..", "..", RuntimeFolder));
        }

        return [.. folders.Select(Path.GetFullPath).Select(static folder => folder.TrimEnd(Path.DirectorySeparatorChar)).Distinct().Where(Directory.Exists)];
    }
}
