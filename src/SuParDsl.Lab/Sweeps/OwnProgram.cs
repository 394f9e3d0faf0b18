using System.Diagnostics;
using System.Reflection;

namespace SuParDsl.Lab.Sweeps;

/// <summary>Starts another process of the program that a model belongs to.</summary>
internal static class OwnProgram
{
    /// <summary>Returns the command that starts the program with the given arguments and redirected streams.</summary>
    /// <param name="model">The model's type.</param>
    /// <param name="arguments">The arguments.</param>
    public static ProcessStartInfo Start(Type model, IEnumerable<string> arguments)
    {
        var program = model.Assembly.EntryPoint is null ? Assembly.GetEntryAssembly()! : model.Assembly;
        var own = Environment.ProcessPath ?? "dotnet";
        var isHost = Path.GetFileNameWithoutExtension(own) == "dotnet";

        // A single-file program, which has no assembly on disk, and the program's own executable need no dotnet host.
        var needsHost = program.Location.Length > 0
            && (isHost || Path.GetFileNameWithoutExtension(own) != Path.GetFileNameWithoutExtension(program.Location));
        var host = isHost ? own : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        return new(needsHost ? host : own, [.. needsHost ? [program.Location] : Array.Empty<string>(), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
    }
}
