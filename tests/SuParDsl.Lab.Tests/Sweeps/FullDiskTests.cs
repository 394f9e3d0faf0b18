using NanoGpt;
using SuParDsl.Lab.Tests.Interop;

namespace SuParDsl.Lab.Tests.Sweeps;

public sealed class FullDiskTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string data;

    public FullDiskTests() => data = folder.Write("text.txt", SmallText.Sentences);

    public void Dispose() => folder.Dispose();

    [SmallDiskFact]
    public void A_full_disk_ends_a_sweep_with_one_line_and_keeps_its_finished_runs()
    {
        // Each file takes a page of 4 kB: settings and some of the 12 runs fit.
        string[] sweep =
        [
            "sweep",
            .. SmallText.Sizes.Chunk(2).Where(static o => o[0] is not ("--width" or "--density")).SelectMany(static o => o),
            "--widths", "32", "--steps", "2", "--batch", "2", "--eval-batches", "1", "--densities", "1/2,1/4",
            "--rules", "mup,supar", "--lrs", "2^-9,2^-8,2^-7", "--threads", "1", "--data", data, "--out",
        ];
        var (code, _, error) = SmallDiskFactAttribute.Run(
            typeof(Gpt), folder["disk"], "40k", folder["rest"], [.. sweep, folder["disk"]]);
        Assert.Equal(2, code);
        Assert.Contains("No space left on device", error);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var kept = Directory.GetFiles(folder["rest/runs"]);
        Assert.InRange(kept.Length, 1, 11);
        Assert.All(kept, static file => Assert.EndsWith(".json", file));
        Assert.Contains($"12 runs, {kept.Length} of them finished before", CommandLine.Run([.. sweep, folder["rest"]]).Output);
    }

    [SmallDiskFact]
    public void A_full_disk_ends_training_with_one_line()
    {
        var (code, _, error) = SmallDiskFactAttribute.Run(
            typeof(Gpt), folder["disk"], "64k", folder["rest"],
            [
                "train", .. SmallText.Sizes, "--steps", "3", "--sample-length", "0", "--data", data,
                "--out", folder["disk"] + "/run",
            ]);
        Assert.Equal(2, code);
        Assert.Contains("No space left on device", error);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.False(File.Exists(folder["rest/run/model.safetensors"]));
    }
}
