using System.Text.Json;

namespace SuParDsl.Tool;

/// <summary>Builds a project, unless its sources are those of the last build.</summary>
internal static class ProjectBuild
{
    /// <summary>The program that the project builds.</summary>
    /// <param name="project">The project file.</param>
    /// <param name="configuration">The configuration.</param>
    /// <param name="always">Whether to build even if no source changed.</param>
    /// <exception cref="ToolException">It cannot be built, is not a program, or does not use the lab.</exception>
    public static string Program(string project, string configuration, bool always)
    {
        var state = Path.Combine(Path.GetDirectoryName(project)!, "obj", $"supar.{configuration}.json");
        if (!always && Read(state) is { } last && File.Exists(last.Program) && last.Sources == SourceState.Of(project))
        {
            return last.Program;
        }

        if (!Console.IsErrorRedirected)
        {
            Console.Error.WriteLine($"supar: building {Path.GetFileNameWithoutExtension(project)}");
        }

        var sources = SourceState.Of(project);
        var (code, output) = ChildProcess.Output(
            "dotnet", ["build", project, "-c", configuration, "-v", "quiet", "--nologo"]);
        if (code != 0)
        {
            Console.Error.Write(output);
            throw new ToolException($"{project} cannot be built: the compiler's messages are above");
        }

        var program = TargetPath(project, configuration);
        Require(project, program);

        // A source that was saved during the build may not be in the program. The first restore tells which projects belong to
        // the sources, so that the build after it is the first to be noted.
        if (Directory.Exists(Path.GetDirectoryName(state)) && sources == SourceState.Of(project))
        {
            File.WriteAllText(state, JsonSerializer.Serialize(new LastBuild(program, sources)));
        }

        return program;
    }

    private static string TargetPath(string project, string configuration)
    {
        var (code, output) = ChildProcess.Output(
            "dotnet", ["msbuild", project, "-getProperty:TargetPath", $"-p:Configuration={configuration}", "-nologo"]);
        return code == 0 && output.Trim() is { Length: > 0 } path
            ? path
            : throw new ToolException($"{project} does not say what it builds: {output.Trim()}");
    }

    private static void Require(string project, string program)
    {
        if (!File.Exists(Path.ChangeExtension(program, ".runtimeconfig.json")))
        {
            throw new ToolException($"{project} is not a program: set its OutputType to Exe, and call Lab.Run in Program.cs");
        }

        if (!File.Exists(Path.Combine(Path.GetDirectoryName(program)!, "SuParDsl.Lab.dll")))
        {
            throw new ToolException(
                $"{project} does not use the lab: add it with 'dotnet add package SuParDsl.Lab', and call Lab.Run in Program.cs");
        }
    }

    private static LastBuild? Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<LastBuild>(File.ReadAllText(file));
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null; // There was no build by this tool, or its note is damaged.
        }
    }

    /// <summary>A build.</summary>
    /// <param name="Program">The program that it made.</param>
    /// <param name="Sources">The state of the sources that it was made from.</param>
    private sealed record LastBuild(string Program, string Sources);
}
