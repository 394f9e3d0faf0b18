namespace SuParDsl.Tool;

/// <summary>Finds the project whose lab runs.</summary>
internal static class LabProject
{
    /// <summary>The full path of the project file.</summary>
    /// <param name="named">The project or its folder as the user named it; null for the nearest one.</param>
    /// <param name="current">The folder where the search begins. It goes on in the folders above.</param>
    /// <exception cref="ToolException">There is no project, or a folder has several.</exception>
    public static string Find(string? named, string current)
    {
        if (named is not null)
        {
            var path = Path.GetFullPath(named, current);
            if (File.Exists(path))
            {
                return path;
            }

            return Directory.Exists(path)
                ? Only(path) ?? throw new ToolException($"--project is '{named}', but this folder has no .csproj file")
                : throw new ToolException($"--project is '{named}', but there is no such file or folder");
        }

        for (var folder = new DirectoryInfo(current); folder is not null; folder = folder.Parent)
        {
            if (Only(folder.FullName) is { } project)
            {
                return project;
            }
        }

        throw new ToolException(
            $"there is no project in '{current}' or in a folder above it: go to a project that uses SuParDsl.Lab, "
            + "name it with --project PATH, or make one with 'dotnet new supar-lab'");
    }

    private static string? Only(string folder) => Directory.GetFiles(folder, "*.csproj") switch
    {
        [] => null,
        [var project] => project,
        var several => throw new ToolException(
            $"'{folder}' has several projects: choose one with --project, such as --project "
            + Path.GetFileName(several.Order(StringComparer.Ordinal).First())),
    };
}
