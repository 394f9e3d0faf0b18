using System.Reflection;

namespace SuParDsl.Tool;

/// <summary><c>supar</c>: builds a project if it changed, and runs a command of its lab.</summary>
internal static class ToolCommand
{
    private const string Help = """
        supar runs the lab of your project: it builds the project if its sources changed, and passes the command on.

        Usage:
          supar [--project PATH] [--configuration NAME] [--build] COMMAND OPTIONS…

        Options:
          --project PATH        the project, or its folder [default: the one in this folder or in the nearest folder above]
          --configuration NAME  the configuration to build [default: Release]
          --build               builds even if no source changed
          --version             prints the version of this tool
          -?, -h, --help        prints this text

        Examples:
          supar                     lists the commands of the project's lab
          supar train --steps 400
          supar check --help
          supar --project ../Net sweep --out sweeps/lr

        """;

    /// <summary>Runs the tool.</summary>
    /// <returns>The exit code of the lab: 0 for success.</returns>
    /// <exception cref="ToolException">There is no such project, it cannot be built, or it does not use the lab.</exception>
    public static int Run(string[] args)
    {
        var request = ToolRequest.Read(args);
        if (request.Shows is { } shown)
        {
            Console.Out.Write(shown == Shown.Help ? Help : Version + "\n");
            return 0;
        }

        var project = LabProject.Find(request.Project, Directory.GetCurrentDirectory());
        var program = ProjectBuild.Program(project, request.Configuration, request.Build);
        return ChildProcess.Run("dotnet", [program, .. request.Arguments], new() { ["SUPAR_COMMAND"] = request.Called });
    }

    private static string Version => typeof(ToolCommand).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
