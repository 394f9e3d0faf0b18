using System.Globalization;
using SuParDsl.Distributed;
using SuParDsl.Engine;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Handlers;

/// <summary>The device on which a command computes.</summary>
internal enum DeviceChoice
{
    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>The first NVIDIA GPU.</summary>
    Cuda,
}

/// <summary>The device and the number of threads.</summary>
/// <param name="Device">The device.</param>
/// <param name="Threads">
/// The number of the engine's threads; 0 for one per processor, divided among the ranks on a machine.
/// </param>
internal sealed record EngineChoice(DeviceChoice Device = DeviceChoice.Cpu, int Threads = 0)
{
    /// <summary>The number of threads for a process on another machine: the given one, or one by default.</summary>
    public int ThreadsElsewhere => ThreadsOr(1);

    /// <summary>The number of threads for one of several ranks.</summary>
    public int ThreadsOf(ProcessGroup ranks) => ThreadsOr(ranks.Processors);

    /// <summary>The arguments for one of several processes that divide this machine's processors among them.</summary>
    public string[] Arguments(int processes) => With(ThreadsOr(Math.Max(1, Environment.ProcessorCount / processes)));

    /// <summary>The arguments for a process on another machine.</summary>
    public string[] ArgumentsElsewhere() => With(ThreadsElsewhere);

    /// <summary>Loads the engine, sets its number of threads, and returns the device.</summary>
    /// <exception cref="UserException">The device is not available.</exception>
    public Device Apply() => Apply(ProcessGroup.Single);

    /// <summary>Sets up the engine for one of several ranks, with its part of the processors and its own GPU.</summary>
    /// <exception cref="UserException">The device is not available.</exception>
    public Device Apply(ProcessGroup ranks)
    {
        NativeEngine.Load();

        // libtorch's default is one thread on some machines with more processors.
        set_num_threads(ThreadsOf(ranks));
        if (Device == DeviceChoice.Cpu)
        {
            return CPU;
        }

        // TorchSharp reports no error if its CUDA libraries fail to load.
        if (cuda.is_available())
        {
            return ranks.Count == 1 ? CUDA : device(TorchSharp.DeviceType.CUDA, ranks.LocalRank % cuda.device_count());
        }

        throw new UserException(NativeEngine.HasCuda()
            ? "--device cuda: the engine sees no CUDA GPU on this machine: use --device cpu"
            : "--device cuda: this program's libtorch has no CUDA: "
                + "run './setup.sh --torch cuda' or build with -p:Torch=cuda, or use --device cpu");
    }

    private int ThreadsOr(int otherwise) => Threads > 0 ? Threads : otherwise;

    private string[] With(int threads) =>
        ["--device", Device.ToString().ToLowerInvariant(), "--threads", threads.ToString(CultureInfo.InvariantCulture)];
}
