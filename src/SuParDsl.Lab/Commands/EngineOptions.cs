using System.CommandLine;
using SuParDsl.Distributed;
using SuParDsl.Engine;
using SuParDsl.Lab.Cli;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Commands;

/// <summary>The device on which a command computes.</summary>
internal enum DeviceChoice
{
    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>The first NVIDIA GPU.</summary>
    Cuda,
}

/// <summary>The options for the device and the number of threads.</summary>
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

    /// <summary>Returns the options for one of several processes that divide this machine's processors among them.</summary>
    public string[] Arguments(ParseResult result, int processes) =>
        With(result, Threads(result, Math.Max(1, Environment.ProcessorCount / processes)));

    /// <summary>Returns the options for a process on another machine: the given number of threads, or one by default.</summary>
    public string[] ArgumentsElsewhere(ParseResult result) => With(result, ThreadsElsewhere(result));

    /// <summary>Returns the number of threads for a process on another machine.</summary>
    public int ThreadsElsewhere(ParseResult result) => Threads(result, 1);

    private int Threads(ParseResult result, int otherwise) => result.GetValue(threads) is > 0 and var given ? given : otherwise;

    private string[] With(ParseResult result, int count) =>
    [
        "--device", result.GetValue(device).ToString().ToLowerInvariant(),
        "--threads", count.ToString(System.Globalization.CultureInfo.InvariantCulture),
    ];

    /// <summary>Loads the engine, sets its number of threads, and returns the device.</summary>
    /// <exception cref="UserException">The device is not available.</exception>
    public Device Apply(ParseResult result) => Apply(result, ProcessGroup.Single);

    /// <summary>Sets up the engine for one of several ranks, with its part of the processors and its own GPU.</summary>
    /// <exception cref="UserException">The device is not available.</exception>
    public Device Apply(ParseResult result, ProcessGroup ranks)
    {
        NativeEngine.Load();

        // libtorch's default is one thread on some machines with more processors.
        set_num_threads(result.GetValue(threads) is > 0 and var count ? count : ranks.Processors);

        if (result.GetValue(device) == DeviceChoice.Cpu)
        {
            return CPU;
        }

        // TorchSharp reports no error if its CUDA libraries fail to load.
        if (cuda.is_available())
        {
            return ranks.Count == 1 ? CUDA : TorchSharp.torch.device(TorchSharp.DeviceType.CUDA, ranks.LocalRank % cuda.device_count());
        }

        throw new UserException(NativeEngine.HasCuda()
            ? "--device cuda: the engine sees no CUDA GPU on this machine: use --device cpu"
            : "--device cuda: this program's libtorch has no CUDA: run './setup.sh --torch cuda' or build with -p:Torch=cuda, or use --device cpu");
    }
}
