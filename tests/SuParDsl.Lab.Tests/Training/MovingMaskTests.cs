namespace SuParDsl.Lab.Tests.Training;

/// <summary>Dynamic masks, from the command line to the run's folder.</summary>
public sealed class MovingMaskTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string data;

    public MovingMaskTests() => data = folder.Write("text.txt", SmallText.Sentences);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_run_reports_every_fraction_that_it_measured()
    {
        var (code, _, error) = CommandLine.Run(Train("run", "--method", "rigl", "--rule", "measured"));
        Assert.Equal((0, string.Empty), (code, error));

        // Updates at steps 5, 10 and 15 of the four matrices of one block.
        var rows = File.ReadAllLines(folder["run/masks.csv"]).Skip(1).Select(static line => line.Split(',')).ToArray();
        Assert.Equal(12, rows.Length);
        Assert.Equal(["5", "10", "15"], rows.Select(static row => row[0]).Distinct());
        Assert.All(rows, static row => Assert.Equal("0.25", row[2]));
        Assert.All(
            rows, static row => Assert.InRange(double.Parse(row[3], System.Globalization.CultureInfo.InvariantCulture), 0.05, 1));
        Assert.Contains("share q of a step", File.ReadAllText(folder["run/masks.svg"]));
        Assert.Contains("share q of a step", Report("run"));
    }

    [Theory]
    [InlineData("set", "supar")]
    [InlineData("rigl", "measured")]
    [InlineData("gmp", "supar")]
    public void A_resumed_run_ends_like_one_that_was_never_stopped(string method, string rule)
    {
        var options = Train("whole", "--method", method, "--rule", rule, "--checkpoint-every", "7", "--keep", "9");
        Assert.Equal(0, CommandLine.Run(options).Code);
        foreach (var name in (string[])["metrics.csv", "masks.csv", "model.safetensors"])
        {
            File.Copy(folder[$"whole/{name}"], folder[$"expected-{name}"]);
        }

        // This is the state after a kill between steps 14 and 20.
        Directory.Delete(
            Directory.GetDirectories(folder["whole/checkpoints"]).Order(StringComparer.Ordinal).Last(), recursive: true);
        File.Delete(folder["whole/model.safetensors"]);
        var (code, output, error) = CommandLine.Run([.. options, "--resume"]);

        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("step 20", output);
        Assert.Equal(Losses("expected-metrics.csv"), Losses("whole/metrics.csv"));
        Assert.Equal(File.ReadAllText(folder["expected-masks.csv"]), File.ReadAllText(folder["whole/masks.csv"]));
        Assert.Equal(
            File.ReadAllBytes(folder["expected-model.safetensors"]), File.ReadAllBytes(folder["whole/model.safetensors"]));
    }

    [Fact]
    public void Storages_change_masks_alike()
    {
        foreach (var storage in (string[])["masked", "compressed"])
        {
            Assert.Equal(0, CommandLine.Run(Train(storage, "--method", "rigl", "--rule", "measured", "--storage", storage)).Code);
        }

        var (masked, compressed) = (Numbers("masked"), Numbers("compressed"));
        Assert.All(masked.Zip(compressed), static pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        Assert.NotEqual(File.ReadAllText(folder["masked/metrics.csv"]), File.ReadAllText(folder["compressed/metrics.csv"]));

        double[] Numbers(string name) => [.. File.ReadAllLines(folder[$"{name}/masks.csv"]).Skip(1)
            .Select(static line => double.Parse(line.Split(',')[3], System.Globalization.CultureInfo.InvariantCulture))];
    }

    [Fact]
    public void A_pruned_run_is_read_again()
    {
        Assert.Equal(0, CommandLine.Run(Train("run", "--method", "gmp", "--prune-global", "--prune-ramp", "1,0.5,0")).Code);

        var (code, output, error) = CommandLine.Run("sample", folder["run"], "--length", "5");
        Assert.Equal((0, string.Empty), (code, error));
        Assert.NotEmpty(output);
        var densities = File.ReadAllLines(folder["run/masks.csv"]).Skip(1).Select(static line => line.Split(','))
            .ToLookup(static row => row[0], static row => row[2]);
        Assert.True(densities["15"].Distinct().Count() > 1); // together, not each alone
    }

    [Theory]
    [InlineData("5,10", "--method", "rigl", "--mask-updates", "beforestop")]
    [InlineData("5,10,15", "--method", "rigl", "--mask-updates", "fromstart", "--mask-start", "5", "--drop-ramp", "constant")]
    [InlineData(
        "6", "--method", "set", "--mask-updates", "fromstart", "--mask-start", "6", "--mask-stop", "16", "--drop-from-zero")]
    [InlineData("5,10,15", "--method", "set", "--drop-by-sign", "--drop-ramp", "constant")]
    [InlineData("5,10,15", "--method", "gmp", "--prune-global", "--prune-normalize")]
    public void Masks_change_at_the_requested_steps_and_by_the_requested_method(string steps, params string[] options)
    {
        Assert.Equal(0, CommandLine.Run(Train("run", options)).Code);

        // In the third case, the drop fraction falls from step 0 and is 0 from step 10 on, so nothing changes then.
        var rows = File.ReadAllLines(folder["run/masks.csv"]).Skip(1).Select(static line => line.Split(',')[0]);
        Assert.Equal(steps, string.Join(',', rows.Distinct()));
    }

    [Theory]
    [InlineData("pruning must be global to normalize", "--method", "gmp", "--prune-normalize")]
    [InlineData("the interval of mask updates is 15: from step 0 to 15 there is room for at most 14",
        "--method", "rigl", "--mask-every", "15", "--mask-updates", "beforestop")]
    [InlineData("--mask-updates is 'never': it must be tostop, beforestop, fromstart", "--mask-updates", "never")]
    [InlineData("every tensor of this Gpt has density 1: RigL needs one below 1", "--method", "rigl", "--density", "1")]
    [InlineData("the interval of mask updates is 16: from step 0 to 15 there is room for at most 15",
        "--method", "rigl", "--mask-every", "16")]
    [InlineData(
        "--mask-stop is 21: it must be at most 20, the number of steps of the run", "--method", "rigl", "--mask-stop", "21")]
    [InlineData("--drop is '1': it must be a number in (0, 1)", "--method", "rigl", "--drop", "1")]
    [InlineData("--drop is '0': it must be a number in (0, 1)", "--method", "rigl", "--drop", "0")]
    [InlineData("--drop-ramp: 'steep' is not a ramp: it must be constant, linear, cosine, cubic, or a list like 1,0.5,0",
        "--drop-ramp", "steep")]
    [InlineData("the pruning ramp is constant: it must end at 0, where the final density is reached",
        "--method", "gmp", "--prune-ramp", "constant")]
    [InlineData("--method is 'prune': it must be static, set, rigl, gmp", "--method", "prune")]
    public void What_cannot_be_is_refused_in_one_line(string message, params string[] options)
    {
        var (code, _, error) = CommandLine.Run(Train("run", options));

        Assert.Equal(2, code);
        Assert.False(Directory.Exists(folder["run"]));
        Assert.Contains(message, error);
        Assert.Single(
            error.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            static line => line.StartsWith("error", StringComparison.Ordinal));
    }

    private string[] Train(string name, params string[] options)
    {
        (string Name, string Value)[] usual =
        [
            ("--data", data), ("--out", folder[name]), ("--steps", "20"), ("--batch", "4"), ("--warmup", "2"),
            ("--eval-every", "10"), ("--eval-batches", "2"), ("--sample-length", "0"), ("--mask-every", "5"),
            .. SmallText.Sizes.Chunk(2).Select(static pair => (pair[0], pair[1])),
        ];

        // An option that is given twice is an error, so a test's own option replaces the usual one.
        return ["train", .. usual.Where(option => !options.Contains(option.Name))
            .SelectMany(static option => new[] { option.Name, option.Value }), .. options];
    }

    private string[] Losses(string name) =>
        [.. File.ReadAllLines(folder[name]).Select(static line => string.Join(',', line.Split(',')[..5]))];

    private string Report(string name)
    {
        Assert.Equal(0, CommandLine.Run("report", folder[name], "--out", folder["report.html"]).Code);
        return File.ReadAllText(folder["report.html"]);
    }
}
