using System.Diagnostics;
using System.Reflection;

namespace SuParDsl.Lab.Sweeps;

/// <summary>Starts the program that a model belongs to once more.</summary>
internal static class OwnProgram
{
    /// <summary>How it is started with some arguments, its streams redirected.</summary>
    /// <param name="model">The model's type.</param>
    /// <param name="arguments">The arguments.</param>
    public static ProcessStartInfo Start(Type model, IEnumerable<string> arguments)
    {
        var program = model.Assembly.EntryPoint is null ? Assembly.GetEntryAssembly()! : model.Assembly;
        var own = Environment.ProcessPath ?? "dotnet";
        var isHost = Path.GetFileNameWithoutExtension(own) == "dotnet";

        // A single file has no assembly on disk, and an executable of the program's own name needs none.
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
