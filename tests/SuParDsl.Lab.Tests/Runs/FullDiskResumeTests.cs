using NanoGpt;
using SuParDsl.Checkpoints;
using SuParDsl.Lab.Sweeps;
using SuParDsl.Lab.Tests.Interop;

namespace SuParDsl.Lab.Tests.Runs;

/// <summary>
/// If the disk fills up while a checkpoint is written, only the steps since the previous checkpoint are lost.
/// </summary>
public sealed class FullDiskResumeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string data;

    public FullDiskResumeTests() => data = folder.Write("text.txt", SmallText.Sentences);

    public void Dispose() => folder.Dispose();

    [SmallDiskFact]
    public void Earlier_checkpoints_stay_valid_and_the_run_resumes_when_there_is_space()
    {
        var (code, _, error) = SmallDiskFactAttribute.Run(
            typeof(Gpt), folder["disk"], "1m", folder["rest"], [.. Train, "--out", folder["disk"] + "/run"]);
        Assert.Equal(2, code);
        Assert.Contains("No space left on device", error);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var checkpoints = Directory.GetDirectories(folder["rest/run/checkpoints"]);
        Assert.InRange(checkpoints.Length, 1, 8);
        Assert.All(checkpoints, static checkpoint => Assert.DoesNotContain(".tmp", checkpoint));
        Assert.All(checkpoints, static checkpoint => Assert.True(TrainingCheckpoint.ReadManifest(checkpoint).Position.Step > 0));

        Assert.Equal(0, Alone([.. Train, "--out", folder["rest/run"], "--resume"]));
        Assert.Equal(0, Alone([.. Train, "--out", folder["whole"]]));
        Assert.Equal(Losses("whole"), Losses("rest/run"));
        Assert.Equal(
            File.ReadAllBytes(folder["whole/model.safetensors"]), File.ReadAllBytes(folder["rest/run/model.safetensors"]));
    }

    private string[] Train =>
    [
        "train", .. SmallText.Sizes, "--dropout", "0.1", "--steps", "40", "--batch", "2", "--eval-every", "100",
        "--eval-batches", "1", "--sample-length", "0", "--threads", "1", "--data", data, "--checkpoint-every", "4",
        "--keep", "100",
    ];

    // Dropout draws from the process's random numbers, which other tests use, too.
    private static int Alone(string[] args)
    {
        var own = OwnProgram.Start(typeof(Gpt), args);
        return OtherProgram.Run(own.FileName, [.. own.ArgumentList]).Code;
    }

    private string[][] Losses(string run) =>
        [.. File.ReadLines(folder[run + "/metrics.csv"]).Skip(1).Select(static line => line.Split(',')[..2])];
}
