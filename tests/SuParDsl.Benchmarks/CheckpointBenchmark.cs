using System.Diagnostics;
using NanoGpt;
using SuParDsl.Checkpoints;

namespace SuParDsl.Benchmarks;

/// <summary>
/// Compares writing a checkpoint of half a gigabyte with the disk's own speed: dd, which writes and flushes as many zeros.
/// </summary>
internal static class CheckpointBenchmark
{
    private const int Rounds = 7;

    public static void Run()
    {
        foreach (var density in (double[])[1, 1 / 8.0])
        {
            using var gpt = new Gpt(Gpt.Base with { Width = 768, Density = density }, seed: 1);
            using var optimizer = gpt.AdamW(lr: 1e-3);
            var folder = Directory.CreateTempSubdirectory("supardsl-checkpoints-").FullName;
            var (checkpoint, plain) = (Path.Combine(folder, "checkpoint"), Path.Combine(folder, "plain"));
            void Save() => TrainingCheckpoint.Save(checkpoint, gpt, optimizer, new TrainingPosition(0, null, []));
            Save();
            var bytes = Directory.GetFiles(checkpoint).Sum(static file => new FileInfo(file).Length);
            var times = Measure.Prepared(
                Rounds, warmup: 1,
                () =>
                {
                    Directory.Delete(checkpoint, recursive: true);
                    return Save;
                },
                () =>
                {
                    File.Delete(plain);
                    return () => Copy(plain, bytes);
                });
            Directory.Delete(folder, recursive: true);
            SpeedTable.Add(SpeedRow.Of(
                $"a checkpoint of {bytes / 1e6:F0} MB, density {density}", "dd with fsync", times[0], times[1], 1 / 2.0));
        }
    }

    private static void Copy(string to, long bytes)
    {
        string[] arguments =
        [
            "if=/dev/zero", "of=" + to, "bs=4M", $"count={bytes}", "iflag=count_bytes", "conv=fsync", "status=none",
        ];
        using var dd = Process.Start("dd", arguments);
        dd.WaitForExit();
    }
}
