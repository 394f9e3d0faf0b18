using System.Globalization;
using System.Text.RegularExpressions;
using SuParDsl.Lab.Sweeps;

namespace SuParDsl.Lab.Tests.DataParallel;

/// <summary>Runs of several ranks that each keep a shard of the optimizer's state.</summary>
[Collection("mpi")] // One after the other: each takes all processors.
public sealed class MpiShardTests : IDisposable
{
    private const string Shard = "--shard-optimizer";

    private readonly TemporaryFolder folder = new();
    private readonly MpiRun run;

    public MpiShardTests() => run = new(folder);

    public void Dispose() => folder.Dispose();

    [MpiFact]
    public void They_have_the_losses_and_the_files_of_those_that_keep_all()
    {
        run.Train(0, "one");
        run.Train(2, "whole", "--checkpoint-every", "20");
        var output = run.Train(2, "sharded", "--checkpoint-every", "20", Shard);

        MpiTests.AssertClose(run.Losses("one"), run.Losses("sharded"));
        Assert.Equal(Files("whole"), Files("sharded"));
        var kept = Regex.Match(output,
            @"the largest rank keeps ([\d.]+) MB of the optimizer's state \(([\d.]+) MB if not sharded\)").Groups;
        Assert.InRange(Number(kept[1].Value) / Number(kept[2].Value), 0.5, 0.7);

        static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    [MpiFact]
    public void Masks_that_change_are_those_of_one_process()
    {
        string[] moving = ["--method", "rigl", "--mask-every", "3", "--steps", "12"];
        run.Train(0, "one", moving);
        run.Train(2, "two", [.. moving, Shard]);

        MpiTests.AssertClose(run.Losses("one"), run.Losses("two"));
    }

    [MpiFact]
    public void They_resume_with_another_number_of_ranks_and_from_unsharded_states()
    {
        string[] saving = ["--checkpoint-every", "10", "--keep", "4"];
        run.Train(0, "whole");
        run.Train(2, "run", [.. saving, Shard]);
        Lose("step-00000030", "step-00000040");
        run.Train(0, "run", [.. saving, "--resume", "--allow-resize"]);
        MpiTests.AssertClose(run.Losses("whole"), run.Losses("run"));

        Lose("step-00000040");
        run.Train(4, "run", [.. saving, "--resume", "--allow-resize", Shard]);
        MpiTests.AssertClose(run.Losses("whole"), run.Losses("run"));
    }

    [MpiFact]
    public void A_checkpoint_that_cannot_be_written_ends_all_ranks()
    {
        run.Train(2, "run", "--checkpoint-every", "0");
        folder.Write("run/checkpoints", "no folder");

        var (code, _, error) = OtherProgram.End(run.Start(2, "run", "--checkpoint-every", "20", "--resume", Shard));
        Assert.Equal(2, code);
        Assert.Contains("rank 0: error:", error);
        Assert.Contains("checkpoints", error);
    }

    [MpiFact]
    public void Ranks_of_which_some_keep_all_are_refused()
    {
        var (code, _, error) = OtherProgram.End(run.StartDifferent("run", [], [Shard]));
        Assert.Equal(2, code);
        Assert.Contains(
            "error: rank 1 differs from rank 0 in sharing.shardOptimizer (False, there True)",
            error,
            StringComparison.OrdinalIgnoreCase);
    }

    private void Lose(params string[] checkpoints)
    {
        foreach (var checkpoint in checkpoints)
        {
            Directory.Delete(Path.Combine(folder["run"], "checkpoints", checkpoint), recursive: true);
        }
    }

    private string[] Files(string name) => [.. Directory.GetFiles(
        Path.Combine(folder[name], "checkpoints"), "*.safetensors", SearchOption.AllDirectories)
        .Order().Select(path => $"{Path.GetRelativePath(folder[name], path)} "
            + $"{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))}")];
}
