using System.CommandLine;
using SuParDsl.Engine;
using SuParDsl.Lab.Cli;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Commands;

/// <summary>Where a command computes.</summary>
internal enum DeviceChoice
{
    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>The first NVIDIA GPU.</summary>
    Cuda,
}

/// <summary>The options of the engine.</summary>
internal sealed class EngineOptions
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

    /// <summary>The same options for one of several processes, which share the processors.</summary>
    public string[] Arguments(ParseResult result, int processes) =>
        With(result, Threads(result, Math.Max(1, Environment.ProcessorCount / processes)));

    /// <summary>The same options for a process on another machine, which gets the threads that are asked for, else one.</summary>
    public string[] ArgumentsElsewhere(ParseResult result) => With(result, ThreadsElsewhere(result));

    /// <summary>The threads of a process on another machine.</summary>
    public int ThreadsElsewhere(ParseResult result) => Threads(result, 1);

    private int Threads(ParseResult result, int otherwise) => result.GetValue(threads) is > 0 and var given ? given : otherwise;

    private string[] With(ParseResult result, int count) =>
    [
        "--device", result.GetValue(device).ToString().ToLowerInvariant(),
        "--threads", count.ToString(System.Globalization.CultureInfo.InvariantCulture),
    ];

    /// <summary>Sets the engine up and gives the device.</summary>
    /// <exception cref="UserException">The device is not there.</exception>
    public Device Apply(ParseResult result) => Apply(result, ProcessGroup.Single);

    /// <summary>Sets the engine up for one of several ranks: its share of the processors, and the GPU of its number.</summary>
    /// <exception cref="UserException">The device is not there.</exception>
    public Device Apply(ParseResult result, ProcessGroup ranks)
    {
        NativeEngine.Load();

        // The engine's own default is 1 on some machines with more.
        set_num_threads(result.GetValue(threads) is > 0 and var count ? count : ranks.Processors);

        if (result.GetValue(device) == DeviceChoice.Cpu)
        {
            return CPU;
        }

        // TorchSharp goes on without a word where its CUDA libraries do not load.
        if (cuda.is_available())
        {
            return ranks.Count == 1 ? CUDA : TorchSharp.torch.device(TorchSharp.DeviceType.CUDA, ranks.LocalRank % cuda.device_count());
        }

        throw new UserException(NativeEngine.HasCuda()
            ? "--device cuda: the engine sees no CUDA GPU on this machine: use --device cpu"
            : "--device cuda: this program's libtorch has no CUDA: run './setup.sh --torch cuda' or build with -p:Torch=cuda, or use --device cpu");
    }
}
