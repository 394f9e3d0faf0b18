using System.Globalization;
using System.Diagnostics;
using System.Xml.Linq;
using NanoGpt;
using SuParDsl.Lab.Sweeps;

namespace SuParDsl.Lab.Tests.Sweeps;

public sealed class SweepTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string data;

    public SweepTests() => data = folder.Write("text.txt", SmallText.Sentences);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_finds_an_optimum_for_each_rule_and_density()
    {
        var (code, output, error) = Sweep("sweep");
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("8 runs, 0 of them finished before, 8 to do here", output);
        Assert.Contains("all 8 runs are finished", output);
        Assert.Equal(8, Directory.GetFiles(folder["sweep/runs"]).Length);
        Assert.Equal(9, File.ReadAllLines(folder["sweep/runs.csv"]).Length);
        Assert.Equal(9, File.ReadAllLines(folder["sweep/optima.csv"]).Length);
        var svg = XDocument.Load(folder["sweep/sweep.svg"]);
        Assert.Equal(4, svg.Descendants()
            .Count(static e => e.Attribute("class")?.Value.StartsWith("ring", StringComparison.Ordinal) == true));
    }

    [Fact]
    public void It_continues_where_it_was()
    {
        Sweep("sweep");
        var csv = File.ReadAllLines(folder["sweep/runs.csv"]);
        var files = Directory.GetFiles(folder["sweep/runs"]);
        var kept = File.ReadAllText(files[0]);
        File.Delete(files[1]);
        File.Delete(files[2]);
        Assert.Contains("8 runs, 6 of them finished before, 2 to do here", Sweep("sweep").Output);
        Assert.Equal(kept, File.ReadAllText(files[0]));
        Assert.Equal(WithoutTimes(csv), WithoutTimes(File.ReadAllLines(folder["sweep/runs.csv"])));
    }

    [Fact]
    public void Another_setting_is_refused()
    {
        Sweep("sweep");
        Refused("another training.steps (4, now 5)", Arguments("sweep", "--steps", "5"));
        Refused("another learningRates", Arguments("sweep", "--lrs", "2^-7"));
        folder.Write("text.txt", SmallText.Sentences + "The cat sat.");
        Refused("another data", Arguments("sweep"));
    }

    [Fact]
    public void A_folder_takes_more_values_on_every_axis()
    {
        Sweep("sweep", "--rules", "supar");
        var runs = Directory.GetFiles(folder["sweep/runs"], "*.json").ToDictionary(
            static file => file, static file => File.ReadAllText(file));
        Assert.Contains(
            "12 runs, 4 of them finished before, 8 to do here", Sweep("sweep", "--rules", "supar", "--lrs", "2^-9..2^-4").Output);
        Refused(
            "another learningRates ([0.001953125,0.00390625,0.0078125,0.015625,0.03125,0.0625], now [0.00390625,0.0078125]), "
            + "which leaves out 8 of its 12 runs",
            Arguments("sweep", "--rules", "supar"));
        string[] more =
        [
            "--lrs", "2^-9..2^-4", "--seeds", "2", "--rules", "mup,supar", "--densities", "1/2,1/4,1/8",
        ];
        Assert.Contains("72 runs, 12 of them finished before, 60 to do here", Sweep("sweep", [.. more, "--workers", "2"]).Output);
        Assert.Contains("72 of them finished before, 0 to do here", Sweep("sweep", more).Output);
        Assert.All(runs, static run => Assert.Equal(run.Value, File.ReadAllText(run.Key)));

        // The folder is then that of a sweep that had all values from the beginning.
        Sweep("whole", [.. more, "--workers", "2"]);
        Assert.Equal(File.ReadAllText(folder["whole/sweep.json"]), File.ReadAllText(folder["sweep/sweep.json"]));
        Assert.Equal(File.ReadAllText(folder["whole/optima.csv"]), File.ReadAllText(folder["sweep/optima.csv"]));
    }

    [Fact]
    public void Sweeps_over_other_values_merge()
    {
        Sweep("low", "--lrs", "2^-9,2^-8");
        Sweep("high", "--lrs", "2^-7,2^-6");
        Assert.Contains(
            "16 runs, 16 of them finished before, 0 to do here",
            Sweep("both", "--lrs", "2^-9..2^-6", "--merge", folder["low"] + "," + folder["high"]).Output);
        Assert.Equal(16, Directory.GetFiles(folder["both/runs"], "metrics.csv", SearchOption.AllDirectories).Length);
        Refused(
            "low holds a sweep with another learningRates",
            Arguments("third", "--lrs", "2^-7,2^-6", "--merge", folder["low"]));
    }

    [Fact]
    public void A_fallen_density_stays_at_its_width()
    {
        string[] falling = ["--constant-nonzeros", "true", "--densities", "1/2", "--rules", "supar", "--lrs", "2^-8"];
        Sweep("sweep", ["--widths", "32,64", .. falling]);
        Assert.Contains(
            "3 runs, 2 of them finished before, 1 to do here", Sweep("sweep", ["--widths", "32,64,128", .. falling]).Output);
        Refused("which leaves out 3 of its 3 runs", Arguments("sweep", ["--widths", "16,32,64,128", .. falling]));
    }

    [Fact]
    public void A_folder_older_than_an_option_uses_its_default()
    {
        Sweep("sweep");
        var settings = File.ReadAllLines(folder["sweep/sweep.json"]);
        Assert.Single(settings, static line => line.Contains("\"accumulate\": 1", StringComparison.Ordinal));
        File.WriteAllLines(
            folder["sweep/sweep.json"], settings.Where(static line => !line.Contains("accumulate", StringComparison.Ordinal)));
        Assert.Contains("8 of them finished before", Sweep("sweep").Output);
        Refused("another training.accumulate (1, now 2)", Arguments("sweep", "--accumulate", "2"));
    }

    [Fact]
    public void Methods_are_compared_and_what_is_one_run_is_trained_once()
    {
        string[] arguments =
        [
            "--densities", "1,1/4", "--methods", "static,gmp", "--rules", "supar,suparfinal", "--mask-every", "1",
        ];
        var (code, output, error) = Sweep("sweep", arguments);

        // There are two densities, two learning rates, two rules and two methods. At density 1 all combinations are the
        // same run, and with static masks both forms of SµPar are.
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("16 runs, 0 of them finished before, 8 to do here", output);
        Assert.Contains("all 16 runs are finished", output);
        Assert.Contains("GMP, SµPar, final ρ", output);
        var losses = File.ReadLines(folder["sweep/runs.csv"]).Skip(1).Select(static line => line.Split(',')).ToLookup(
            static row => (Density: row[3], Rate: row[5]), static row => row[8]);
        Assert.All(losses.Where(static group => group.Key.Density == "1"), static group => Assert.Single(group.Distinct()));
        Assert.All(
            losses.Where(static group => group.Key.Density != "1"), static group => Assert.Equal(3, group.Distinct().Count()));
        Assert.Contains("16 of them finished before, 0 to do here", Sweep("sweep", arguments).Output);

        string[] transfer = ["transfer", folder["sweep"], "--densities", "1/8", "--threads", "1", "--data", data];
        Assert.Contains("has no finished run of SµPar with a loss", CommandLine.Run(transfer).Error);
        var (exit, multipliers, problem) = CommandLine.Run([.. transfer, "--method", "gmp"]);
        Assert.Equal((0, string.Empty), (exit, problem));

        // The factor is for the sweep's width, and pruning starts dense: 1/(m_d·m_ρ) = 1/((32/256)·1).
        Assert.Contains("width 32, density 1/8", multipliers);
        Assert.Contains(
            multipliers.Split('\n'),
            static line => line.StartsWith("Blocks.0.Attn.Qkv.weight", StringComparison.Ordinal) && line.Contains("  8  "));
    }

    [Fact]
    public void A_folder_of_something_else_is_refused() =>
        Refused("already exists and is not an empty folder", ["sweep", "--data", data, "--out", folder.Path]);

    [Fact]
    public void A_folder_of_another_version_is_refused()
    {
        Sweep("sweep");
        var file = folder["sweep/sweep.json"];
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"version\": 1", "\"version\": 0", StringComparison.Ordinal));
        Refused("is a sweep's folder of version 0, and this program reads version 1", Arguments("sweep"));
        Refused("is a sweep's folder of version 0", ["transfer", folder["sweep"], "--densities", "1", "--data", data]);
    }

    [Fact]
    public void Empty_axes_are_refused()
    {
        foreach (var axis in new[] { "--lrs", "--densities", "--widths", "--rules" })
        {
            Refused(axis, Arguments("sweep", axis, string.Empty));
        }
    }

    [Fact]
    public void A_model_that_never_has_a_loss_is_a_sweep_of_diverged_runs()
    {
        var (code, output, error) = Sweep("sweep", "--sigmas", "1e30", "--rules", "supar");
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("all diverged", output);
        Assert.Contains("every run diverged", output);
        Assert.Contains(
            "has no finished run of SµPar with a loss",
            CommandLine.Run("transfer", folder["sweep"], "--densities", "1", "--data", data).Error);
    }

    [Fact]
    public void Every_run_leaves_its_metrics_and_its_events()
    {
        Sweep("sweep");
        var folders = Directory.GetDirectories(folder["sweep/runs"]);
        Assert.Equal(8, folders.Length);
        Assert.All(folders, static run =>
        {
            // The lines are a header, the measurement before training, and one line per step.
            var lines = File.ReadAllLines(Path.Combine(run, "metrics.csv"));
            Assert.Equal(lines.Length - 2, int.Parse(lines[^1].Split(',')[0], CultureInfo.InvariantCulture));
            Assert.Single(Directory.GetFiles(run, "events.out.tfevents.*"));
        });
    }

    [Fact]
    public void A_damaged_run_is_named()
    {
        Sweep("sweep");
        var file = Directory.GetFiles(folder["sweep/runs"])[0];
        File.WriteAllText(file, "{");
        Refused($"{file} is damaged", Arguments("sweep"), isQuiet: false);
    }

    [Fact]
    public void Parts_merge_to_the_whole()
    {
        Sweep("whole");
        Assert.Contains("4 of 8 runs are not finished", Sweep("a", "--shard", "1/2").Output);
        Sweep("b", "--shard", "2/2");
        Assert.Contains("all 8 runs are finished", Sweep("b", "--shard", "2/2", "--merge", folder["a"]).Output);
        Assert.Equal(File.ReadAllText(folder["whole/optima.csv"]), File.ReadAllText(folder["b/optima.csv"]));
        Assert.Equal(8, Directory.GetFiles(folder["b/runs"], "metrics.csv", SearchOption.AllDirectories).Length);
        Assert.Equal(8, Directory.GetFiles(folder["b/runs"], "events.out.tfevents.*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void Diverged_runs_are_points()
    {
        var (code, output, error) = Sweep(
            "sweep", "--lrs", "2^-8,1e30", "--rules", "standard", "--densities", "1", "--grad-clip", "0");
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("diverged", output);
        Assert.Contains(
            File.ReadLines(folder["sweep/runs.csv"]), static line => line.Contains(",Diverged,,", StringComparison.Ordinal));
    }

    [Fact]
    public void Initial_standard_deviations_can_be_swept()
    {
        var (code, output, _) = Sweep("sweep", "--lrs", "2^-8", "--sigmas", "2^-7..2^-5");
        Assert.Equal(0, code);
        Assert.Contains("best σ", output);
    }

    [Fact]
    public void The_density_can_fall_as_the_width_grows()
    {
        string[] more =
        [
            "--widths", "32,64", "--constant-nonzeros", "true", "--densities", "1/2", "--rules", "supar", "--workers", "2",
        ];
        var (code, output, error) = Sweep("sweep", more);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("4 runs, 0 of them finished before", output);
        Assert.Contains("w 32 ρ 1/2", output);
        Assert.Contains("w 64 ρ 1/4", output);
        Assert.Equal(["32,0.5", "64,0.25"], File.ReadLines(folder["sweep/runs.csv"]).Skip(1)
            .Select(static line => string.Join(',', line.Split(',')[2..4])).Distinct().Order());
        Assert.Contains("\"constantNonZeros\": true", File.ReadAllText(folder["sweep/sweep.json"]));
        Assert.Contains("4 of them finished before, 0 to do here", Sweep("sweep", more).Output);
        Refused("another constantNonZeros (true, now none)", Arguments("sweep", [.. more[..2], .. more[4..]]));

        var transfer = CommandLine.Run("transfer", folder["sweep"], "--widths", "128", "--threads", "1", "--data", data);
        Assert.Contains("best for width 32, density 1/2", transfer.Output);
        Assert.Contains("128    1/8      Complete", transfer.Output);
    }

    [Theory]
    [InlineData("it needs a model with a density, and at least two --widths", "--widths", "32")]
    [InlineData("--densities has 2 values, but it takes one", "--widths", "32,64", "--densities", "1,1/2")]
    [InlineData("width 32 would need density 2, which is above 1", "--widths", "64,32", "--densities", "1")]
    public void A_density_that_cannot_fall_is_refused(string expected, params string[] more) =>
        Refused(expected, Arguments("sweep", ["--constant-nonzeros", "true", .. more]));

    [Fact]
    public void Workers_come_to_the_same_results()
    {
        Sweep("one");
        var (code, output, error) = Sweep("two", "--workers", "2");
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("8/8 runs", output);
        Assert.Equal(
            WithoutTimes(File.ReadAllLines(folder["one/runs.csv"])), WithoutTimes(File.ReadAllLines(folder["two/runs.csv"])));
    }

    [Fact]
    public void Workers_read_the_text_as_the_sweep_does()
    {
        var (code, output, error) = Sweep(
            "sweep", "--workers", "2", "--tokenizer", "bpe", "--vocabulary", "270", "--rules", "supar", "--lrs", "2^-8");
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("2/2 runs", output);
        Assert.Contains("tokens", File.ReadAllText(folder["sweep/sweep.json"]));
    }

    [Fact]
    public void A_restarted_worker_leaves_finished_runs_as_they_are()
    {
        Sweep("sweep", "--densities", "1/4", "--rules", "supar", "--lrs", "2^-8");
        var run = Path.GetFileNameWithoutExtension(Directory.GetFiles(folder["sweep/runs"])[0]);
        var metrics = Path.Combine(folder["sweep/runs"], run, "metrics.csv");
        File.WriteAllText(metrics, "kept");
        var (code, output, error) = CommandLine.Alone(() =>
        {
            var usual = Console.In;
            try
            {
                Console.SetIn(new StringReader(run + "\n"));
                return CommandLine.Run("sweep-worker", folder["sweep"], "--threads", "1", "--data", data);
            }
            finally
            {
                Console.SetIn(usual);
            }
        });
        Assert.Equal((0, run + "\n", string.Empty), (code, output, error));
        Assert.Equal("kept", File.ReadAllText(metrics));
    }

    [Fact]
    public void A_killed_sweep_keeps_what_is_finished()
    {
        string[] more = ["--steps", "40"];
        using (var process = OtherProgram.Start(OwnProgram.Start(typeof(Gpt), Arguments("sweep", more))))
        {
            while (!process.HasExited
                && (!Directory.Exists(folder["sweep/runs"]) || Directory.GetFiles(folder["sweep/runs"], "*.json").Length == 0))
            {
                Thread.Sleep(5);
            }

            process.Kill();
            process.WaitForExit();
        }

        var before = Directory.GetFiles(folder["sweep/runs"], "*.json").Length;
        Assert.InRange(before, 1, 8);
        Assert.Contains($"8 runs, {before} of them finished before, {8 - before} to do here", Sweep("sweep", more).Output);
        Sweep("whole", more);
        Assert.Equal(File.ReadAllText(folder["whole/optima.csv"]), File.ReadAllText(folder["sweep/optima.csv"]));
    }

    [Fact]
    public void A_killed_worker_is_replaced()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        string[] more = ["--steps", "60", "--workers", "2"];
        using (var sweep = OtherProgram.Start(OwnProgram.Start(typeof(Gpt), Arguments("sweep", more))))
        {
            var killed = false;
            while (!killed && !sweep.HasExited)
            {
                Thread.Sleep(5);
                foreach (var worker in Workers(sweep.Id).Take(killed ? 0 : 1))
                {
                    worker.Kill();
                    killed = true;
                }
            }

            var (code, _, error) = OtherProgram.End(sweep);
            Assert.Equal((true, 0, string.Empty), (killed, code, error));
        }

        Assert.Equal(8, Directory.GetFiles(folder["sweep/runs"], "*.json").Length);
        Assert.Contains("8 of them finished before", Sweep("sweep", more).Output);
    }

    [Fact]
    public void A_worker_that_dies_is_reported_and_loses_nothing()
    {
        var points = new SweepPoint[] { new(Rule.SuPar, 32, 1, null, 0.01, 1), new(Rule.SuPar, 32, 1, null, 0.02, 1) };
        var queue = new WorkQueue(OwnProgram.Start(typeof(Gpt), ["sweep-worker", folder["none"]]));
        queue.Run(points, 2, static _ => Assert.Fail("nothing can be done"), CancellationToken.None);
        Assert.Equal(2, queue.Failures.Count);
        Assert.All(queue.Failures, static failure => Assert.Contains("is not a sweep's folder", failure));
    }

    private static IEnumerable<Process> Workers(int parent) =>
        Directory.GetDirectories($"/proc/{parent}/task")
            .SelectMany(static task => Text(task + "/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(static id => Text($"/proc/{id}/cmdline").Contains("sweep-worker", StringComparison.Ordinal))
            .Select(static id => Process.GetProcessById(int.Parse(id, System.Globalization.CultureInfo.InvariantCulture)));

    // A process may end while it is examined.
    private static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return string.Empty;
        }
    }

    private static IEnumerable<string> WithoutTimes(string[] csv) =>
        csv.Select(static line => line[..line.LastIndexOf(',')]).Order();

    private static void Refused(string expected, string[] args, bool isQuiet = true)
    {
        var (code, output, error) = CommandLine.Run(args);
        Assert.Equal(2, code);
        Assert.Contains(expected, error);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.True(!isQuiet || output.Length == 0, output);
    }

    private (int Code, string Output, string Error) Sweep(string name, params string[] more) =>
        CommandLine.Run(Arguments(name, more));

    // An option that is given again replaces its default here.
    private string[] Arguments(string name, params string[] more)
    {
        var options = new Dictionary<string, string>
        {
            ["--widths"] = "32", ["--layers"] = "1", ["--head-dim"] = "16", ["--context"] = "16", ["--steps"] = "4",
            ["--batch"] = "4", ["--eval-batches"] = "1", ["--densities"] = "1/2,1/4", ["--rules"] = "mup,supar",
            ["--lrs"] = "2^-8,2^-7", ["--threads"] = "1", ["--data"] = data, ["--out"] = folder[name],
        };
        foreach (var pair in more.Chunk(2))
        {
            options[pair[0]] = pair[1];
        }

        return ["sweep", .. options.SelectMany(static option => new[] { option.Key, option.Value })];
    }
}
