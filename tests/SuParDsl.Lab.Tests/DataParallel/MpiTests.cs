using System.Globalization;
using System.Text.RegularExpressions;

namespace SuParDsl.Lab.Tests.DataParallel;

/// <summary>Runs of several ranks have the losses of a single process, whatever their number.</summary>
[Collection("mpi")] // One after the other: each takes all processors.
public sealed class MpiTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly MpiRun run;

    public MpiTests() => run = new(folder);

    public void Dispose() => folder.Dispose();

    [MpiFact]
    public void Two_ranks_have_the_losses_of_one_process()
    {
        // The model is wide enough for gradients to be transferred during the backward pass.
        string[] wide = ["--width", "128", "--layers", "2", "--steps", "12"];
        run.Train(0, "one", wide);
        var output = run.Train(2, "two", wide);
        run.Train(2, "parts", [.. wide, "--accumulate", "2", "--no-overlap"]);
        var blocking = run.Train(2, "blocking", [.. wide, "--transport", "mpi"]);

        AssertClose(run.Losses("one"), run.Losses("two"));
        AssertClose(run.Losses("one"), run.Losses("parts"));
        AssertClose(run.Losses("one"), run.Losses("blocking"));
        Assert.Contains("MB if dense) by MPI's blocking sums", blocking);

        // Only rank 0 writes.
        Assert.Single(output.Split('\n'), static line => line.StartsWith("step 12/12  loss", StringComparison.Ordinal));
        Assert.Matches(@"2 ranks: each sends 0\.\d+ MB of gradients a step \(1\.\d+ MB if dense\)", output);
        Assert.Equal(
            Directory.GetFileSystemEntries(folder["one"]).Select(Name).Where(static name => !name.StartsWith("events")).Order(),
            Directory.GetFileSystemEntries(folder["two"]).Select(Name).Where(static name => !name.StartsWith("events")).Order());

        static string Name(string path) => Path.GetFileName(path);
    }

    [MpiFact]
    public void The_bytes_sent_are_counted_when_masks_change()
    {
        // The model is dense until two steps before the end, so all gradients are sent, not only those that are left at the
        // end.
        string[] late = ["--method", "gmp", "--mask-every", "10", "--mask-start", "0", "--mask-stop", "10", "--steps", "12"];
        var (still, pruned) = (Sent(run.Train(2, "static", "--steps", "12")), Sent(run.Train(2, "pruned", late)));
        Assert.InRange(pruned.Sent, still.Sent + (0.5 * (pruned.Dense - still.Sent)), pruned.Dense);

        static (double Sent, double Dense) Sent(string output)
        {
            var numbers = Regex.Match(output, @"each sends ([\d.]+) MB of gradients a step \(([\d.]+) MB if dense\)").Groups;
            return (Number(numbers[1].Value), Number(numbers[2].Value));
        }

        static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    [MpiFact]
    public void Masks_that_change_are_those_of_one_process()
    {
        // Growth and the measured q need the dense gradient of the whole batch, which no rank has otherwise.
        string[] moving = ["--method", "rigl", "--mask-every", "3", "--steps", "12"];
        run.Train(0, "one", moving);
        run.Train(2, "two", moving);
        run.Train(0, "one measured", [.. moving, "--rule", "measured"]);
        run.Train(2, "two measured", [.. moving, "--rule", "measured"]);

        AssertClose(run.Losses("one"), run.Losses("two"));

        // Each rank measures on its own inputs, so the mean is over other inputs than in a single process.
        var (one, two) = (Shares("one measured"), Shares("two measured"));
        Assert.Equal(3 * 4, one.Length);
        Assert.All(one.Zip(two), static pair => Assert.Equal(1, pair.First / pair.Second, 0.02));

        double[] Shares(string name) => [.. File.ReadAllLines(Path.Combine(folder[name], "masks.csv")).Skip(1)
            .Select(static line => double.Parse(line.Split(',')[3], CultureInfo.InvariantCulture))];
    }

    [MpiFact]
    public void A_run_resumes_with_another_number_of_ranks_if_that_is_allowed()
    {
        run.Train(0, "whole");
        run.Train(0, "run", "--checkpoint-every", "20");
        Directory.Delete(Path.Combine(folder["run"], "checkpoints", "step-00000040"), recursive: true);

        var (code, _, error) = OtherProgram.End(run.Start(2, "run", "--resume"));
        Assert.Equal(2, code);
        Assert.Contains("was written by 1 ranks, but there are 2 now: start as many as before, or add --allow-resize", error);

        run.Train(2, "run", "--resume", "--allow-resize");
        AssertClose(run.Losses("whole"), run.Losses("run"));
    }

    [MpiFact]
    public void Ranks_that_differ_are_refused_with_what_differs()
    {
        var (code, _, error) = OtherProgram.End(run.StartDifferent("run", [], ["--seed", "3"]));
        Assert.Equal(2, code);
        Assert.Contains("error: rank 1 differs from rank 0 in training.seed (1, there 3)", error);

        (_, _, error) = OtherProgram.End(
            run.StartDifferent("run", [], ["--data", folder.Write("other.txt", SmallText.Sentences + "The dog.")]));
        Assert.Contains("error: rank 1 differs from rank 0 in data.", error);
    }

    [MpiFact]
    public void A_mistake_of_all_ranks_is_reported_once()
    {
        var (code, _, error) = OtherProgram.End(run.Start(3, "run"));
        Assert.Equal(2, code);
        // Open MPI 5 gives ranks a pseudo-terminal, where .NET writes a control sequence first.
        Assert.Single(error.Split('\n'), static line => line.Contains("error:", StringComparison.Ordinal));
        Assert.Contains("error: --batch is 8: it cannot be divided equally among 3 ranks", error);

        (_, _, error) = OtherProgram.End(run.Start(2, "run", "--transport", "nccl"));
        Assert.Contains("error: gradients cannot be transferred by NCCL: the model is on the CPU, not on a GPU", error);
        Assert.False(Directory.Exists(folder["run"]));

        run.Train(2, "run", "--steps", "1");
        Assert.Contains("error: --out ", OtherProgram.End(run.Start(2, "run")).Error);
    }

    [MpiFact]
    public void A_run_that_diverges_ends_on_all_ranks()
    {
        var (code, _, error) = OtherProgram.End(run.Start(2, "run", "--lr", "1e30", "--grad-clip", "0", "--warmup", "0"));
        Assert.Equal(1, code);
        Assert.Single(
            error.Split('\n'), static line => line.StartsWith("error: training diverged at step", StringComparison.Ordinal));
    }

    internal static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(expected.Zip(actual, static (a, b) => Math.Abs(a - b) / a).Max(), 0, 1e-4);
    }
}
