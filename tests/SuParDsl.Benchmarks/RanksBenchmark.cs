using System.Diagnostics;
using System.Globalization;
using NanoGpt;
using SuParDsl.Distributed;
using static TorchSharp.torch;

namespace SuParDsl.Benchmarks;

/// <summary>
/// Compares training steps of two ranks with one thread each with one process that has two threads or one, on the same
/// batch, and with two independent processes that train on half of it each, which shows what the machine itself allows.
/// Also compares two ranks that shard the optimizer's state with two that each keep all of it. Needs Open MPI's mpirun. All
/// wait in separate processes and take turns, so that changes of the machine's speed affect all of them.
/// </summary>
internal static class RanksBenchmark
{
    private const int Width = 512, Layers = 3, Vocab = 96, Context = 128, HeadDim = 64, Batch = 32, Rounds = 9;

    private static readonly string[] TwoRanks = ["-n", "2", "--oversubscribe", "--bind-to", "none"];

    public static void Run()
    {
        foreach (var density in (ReadOnlySpan<double>)[1, 1 / 16.0])
        {
            var what = string.Create(
                CultureInfo.InvariantCulture,
                $"NanoGpt step, width {Width}, {Layers} layers, context {Context}, batch {Batch}, "
                + $"density {density}: 2 ranks × 1 thread");
            Together(what, density);
            Sharded(what, density);
        }
    }

    private static void Together(string what, double density)
    {
        using var ranks = Start("mpirun", TwoRanks, density, 1, Batch);
        using var two = Start("env", [], density, 2, Batch);
        using var one = Start("env", [], density, 1, Batch);
        using var left = Start("env", [], density, 1, Batch / 2);
        using var right = Start("env", [], density, 1, Batch / 2);
        var times = Measure.Alternating(Rounds, () => Turn(ranks), () => Turn(two), () => Turn(one), () => Turn(left, right));
        SpeedTable.Add(SpeedRow.Of(what, "1 process × 2 threads", times[0], times[1], 1));
        SpeedTable.Add(SpeedRow.Of(what, "1 process × 1 thread", times[0], times[2], 1.8));
        SpeedTable.Add(SpeedRow.Of(what, "2 processes that do not speak", times[0], times[3], null));
        End(ranks, two, one, left, right);
    }

    // Run these by themselves, because ranks that wait for their turn poll all the time and would slow the others down.
    private static void Sharded(string what, double density)
    {
        using var ranks = Start("mpirun", TwoRanks, density, 1, Batch);
        using var sharded = Start("mpirun", TwoRanks, density, 1, Batch, shard: true);
        var times = Measure.Alternating(Rounds, () => Turn(sharded), () => Turn(ranks));
        SpeedTable.Add(SpeedRow.Of($"{what}, sharded state", "2 ranks × 1 thread", times[0], times[1], null));
        End(ranks, sharded);
    }

    /// <summary>A process that trains on request: it reads a line, takes some steps, and writes a line.</summary>
    public static void Work(double density, int threads, int batch, bool shard)
    {
        set_num_threads(threads);
        using var ranks = Environment.GetEnvironmentVariable("OMPI_COMM_WORLD_SIZE") is null
            ? ProcessGroup.Single
            : ProcessGroup.JoinMpi();
        ranks.ShareStorageCost();
        using var model = new Gpt(Gpt.Base with
        {
            Width = Width, Layers = Layers, Vocab = Vocab, Context = Context, HeadDim = HeadDim, Density = density,
        });
        using var optimizer = model.AdamW(lr: 1e-3, weightDecay: 0.1);
        if (shard)
        {
            optimizer.ShardOver(ranks);
        }

        using var average = ranks.Count > 1 ? new GradientReducer(model, ranks) : null;
        using var ids = randint(Vocab, [batch, Context + 1], dtype: int64);
        var rows = batch / ranks.Count;
        while (ranks.Gather(ranks.Rank == 0 ? Console.ReadLine() ?? string.Empty : string.Empty)[0].Length > 0)
        {
            using var scope = NewDisposeScope();
            var own = ids.narrow(0, ranks.Rank * rows, rows);
            average?.Begin();
            SuParDsl.Functional.CrossEntropy(model.call(own.narrow(1, 0, Context)), own.narrow(1, 1, Context)).backward();
            average?.Finish();
            optimizer.step(maxNorm: 1);
            _ = ranks.Sum(0);
            if (ranks.Rank == 0)
            {
                Console.WriteLine("done");
            }
        }
    }

    private static void End(params Process[] processes)
    {
        foreach (var process in processes)
        {
            process.StandardInput.Close();
            process.WaitForExit();
        }
    }

    private static void Turn(params Process[] processes)
    {
        foreach (var process in processes)
        {
            process.StandardInput.WriteLine("go");
            process.StandardInput.Flush();
        }

        foreach (var process in processes)
        {
            if (process.StandardOutput.ReadLine()?.EndsWith("done", StringComparison.Ordinal) != true)
            {
                throw new InvalidOperationException("a worker has ended: " + process.StandardError.ReadToEnd());
            }
        }
    }

    private static Process Start(string program, string[] options, double density, int threads, int batch, bool shard = false)
    {
        string[] work =
        [
            "ranks-worker", density.ToString("R", CultureInfo.InvariantCulture), threads.ToString(CultureInfo.InvariantCulture),
            batch.ToString(CultureInfo.InvariantCulture), shard.ToString(CultureInfo.InvariantCulture),
        ];
        return Process.Start(
            new ProcessStartInfo(program, [.. options, "dotnet", typeof(RanksBenchmark).Assembly.Location, .. work])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
    }
}
