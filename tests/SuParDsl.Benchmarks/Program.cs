using System.Globalization;
using SuParDsl.Benchmarks;
using SuParDsl.Benchmarks.Cluster;

// [SUPARDSL_THREADS=2] dotnet run -c Release --project tests/SuParDsl.Benchmarks [-- NAME]
if (int.TryParse(Environment.GetEnvironmentVariable("SUPARDSL_THREADS"), out var threads))
{
    TorchSharp.torch.set_num_threads(threads);
}

if (args is ["ranks-worker", var density, var workerThreads, var batch, var shard])
{
    RanksBenchmark.Work(
        double.Parse(density, CultureInfo.InvariantCulture), int.Parse(workerThreads, CultureInfo.InvariantCulture),
        int.Parse(batch, CultureInfo.InvariantCulture), bool.Parse(shard));
    return 0;
}

(string Name, Action Run)[] benchmarks =
[
    ("step", StepBenchmark.Run),
    ("probes", ProbeBenchmark.Run),
    ("memory", MemoryBenchmark.Run),
    ("loss", LossBenchmark.Run),
    ("layers", LayerBenchmark.Run),
    ("storage", LayerBenchmark.RunStorage),
    ("threads", LayerBenchmark.RunThreads),
    ("chain", LayerBenchmark.RunChain),
    ("adamw", OptimizerBenchmark.Run),
    ("gpt", SparseGptBenchmark.Run),
    ("gpt-chains", SparseGptBenchmark.RunChains),
    ("generation", GenerationBenchmark.Run),
    ("checkpoint", CheckpointBenchmark.Run),
    ("masks", MaskBenchmark.Run),
    ("generator", GeneratorBenchmark.Run),
    ("scaling", ScalingBenchmark.Run),
    ("ranks", RanksBenchmark.Run),
    ("cluster", ClusterBenchmark.Run),
];

var wanted = args.FirstOrDefault();
var chosen = benchmarks.Where(b => wanted is null || b.Name == wanted).ToArray();
if (chosen.Length == 0)
{
    Console.Error.WriteLine(
        $"there is no benchmark '{wanted}': it must be one of {string.Join(", ", benchmarks.Select(static b => b.Name))}");
    return 2;
}

foreach (var (_, run) in chosen)
{
    run();
}

return 0;
