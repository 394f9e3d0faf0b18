using System.CommandLine;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Handlers;

namespace SuParDsl.Lab.Commands;

/// <summary>The options of <see cref="EngineChoice"/>.</summary>
internal sealed class EngineOptionSet
{
    private readonly Option<DeviceChoice> device = OptionFactory.Choice("--device", "where to compute", DeviceChoice.Cpu);
    private readonly Option<int> threads = OptionFactory.Integer(
        "--threads", "threads of the engine; 0 for one per processor, divided among the ranks on a machine", 0, 0);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(device);
        command.Add(threads);
    }

    /// <summary>Reads the values from a command line.</summary>
    public EngineChoice Read(ParseResult result) => new(result.GetValue(device), result.GetValue(threads));
}
