using System.CommandLine;
using SuParDsl.Lab.Handlers;

namespace SuParDsl.Lab.Commands;

/// <summary><c>engine</c>: the command line of <see cref="EngineHandler"/>.</summary>
internal static class EngineCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var engine = new EngineOptionSet();
        var command = new Command("engine", "Shows the versions of TorchSharp and libtorch, and times a 1024³ matrix product");
        engine.AddTo(command);
        command.SetAction(result => EngineHandler.Run(engine.Read(result), result.Streams().Output));
        return command;
    }
}
