using SuParDsl.Lab.Runs;

namespace SuParDsl.Lab.Tests.Runs;

/// <summary>A run of six steps that is resumed with other options, each in a copy of its folder.</summary>
public sealed class SixSteps : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private int copies;

    public SixSteps()
    {
        Data = folder.Write("text.txt", SmallText.Sentences);
        Directory.CreateDirectory(folder["elsewhere"]);
        folder.Write("elsewhere/text.txt", SmallText.Sentences);
        var (code, _, error) = CommandLine.Run(["train", .. Options, "--out", folder["run"]]);
        Assert.Equal((0, string.Empty), (code, error));
    }

    public string Data { get; }

    private string[] Options =>
    [
        .. SmallText.Sizes, "--steps=6", "--schedule-steps=100", "--batch=4", "--warmup=2", "--decay=cosine", "--lr=0.01",
        "--method=rigl", "--mask-every=2", "--mask-stop=50", "--eval-every=50", "--eval-batches=2", "--sample-length=0",
        "--threads=1", "--storage=compressed", "--checkpoint-every=200", "--keep=2", $"--data={Data}",
    ];

    public string Elsewhere => folder["elsewhere/text.txt"];

    public string Run => folder["run"];

    public void Dispose() => folder.Dispose();

    /// <summary>Resumes the run with another value of an option.</summary>
    public (int Code, string Error, string Folder) Resume(string option, string value)
    {
        var copy = folder[$"copy{copies++}"];
        foreach (var file in Directory.GetFiles(Run, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(copy, Path.GetRelativePath(Run, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        string[] others = [.. Options.Where(text => !text.StartsWith(option + '=', StringComparison.Ordinal))];
        var index = Array.IndexOf(others, option);
        others = index < 0 ? others : [.. others[..index], .. others[(index + 2)..]];
        var (code, _, error) = CommandLine.Run(["train", .. others, $"{option}={value}", "--out", copy, "--resume"]);
        return (code, error, copy);
    }
}

public sealed class ResumedOptionTests(SixSteps six) : IClassFixture<SixSteps>
{
    private const string Accepted = "";

    /// <summary>Another value of each option, and the beginning of what is refused.</summary>
    public static TheoryData<string, string, string> Values { get; } = new()
    {
        { "--steps", "8", Accepted },
        { "--steps", "5", "--steps is 5, but" },
        { "--schedule-steps", "200", "another training.scheduleSteps (100, now 200), and step 4 had the learning rate" },
        { "--lr", "0.5", "another training.learningRate (0.01, now 0.5), and step 1 had the learning rate" },
        { "--warmup", "3", "another training.warmup (2, now 3)" },
        { "--warmup-formula", "fromzero", "another training.warmupFormula (\"AboveZero\", now \"FromZero\")" },
        { "--decay", "linear", "another training.decay (\"Cosine\", now \"Linear\")" },
        { "--final-lr", "0.001", "another training.finalLearningRate (0, now 0.001)" },
        { "--mask-every", "3", "another training.masks.interval (2, now 3), and step 2 had a mask update and would have none" },
        { "--mask-start", "1", "another training.masks.start (0, now 1)" },
        { "--mask-stop", "60", "another training.masks.stop (50, now 60), and the mask update of step 2 dropped the fraction" },
        { "--mask-updates", "fromstart", Accepted },
        { "--drop", "0.4", "another training.masks.dropFraction (0.3, now 0.4)" },
        { "--drop-ramp", "linear", "another training.masks.drop (\"cosine\", now \"linear\")" },
        { "--drop-from-zero", "true", Accepted },
        { "--prune-ramp", "linear", Accepted },
        { "--batch", "8", "another training.batch (4, now 8), which changes the steps that are done" },
        { "--accumulate", "2", "another training.accumulate (1, now 2), which" },
        { "--optimizer", "adam", "another training.optimizer (\"AdamW\", now \"Adam\"), which" },
        { "--muon-shape", "tall", "--muon-shape applies to Muon only" },
        { "--muon-convolutions", "true", "--muon-convolutions applies to Muon only" },
        { "--weight-decay", "0.2", "another training.weightDecay (0.1, now 0.2), which" },
        { "--decay-mode", "independent", "another training.decayMode (\"Coupled\", now \"Independent\"), which" },
        { "--beta1", "0.8", "another training.beta1 (0.9, now 0.8), which" },
        { "--beta2", "0.9", "another training.beta2 (0.95, now 0.9), which" },
        { "--grad-clip", "2", "another training.gradClip (1, now 2), which" },
        { "--method", "set", "another training.masks.method (\"RigL\", now \"Set\"), which" },
        { "--drop-by-sign", "true", "another training.masks.dropBySign (false, now true), which" },
        { "--prune-global", "true", "another training.masks.global (false, now true), which" },
        { "--prune-normalize", "true", "the mask schedule is not valid" },
        { "--seed", "2", "another training.seed (1, now 2), which" },
        { "--tokenizer", "byte", "another " },
        { "--vocabulary", "300", "--vocabulary 300 applies to byte pairs and token ids only" },
        { "--field", "content", Accepted }, // The data are text, which has no fields.
        { "--token-type", "uint16", "--token-type uint16 is for files of token ids" },
        { "--from", "", "another start.prune (none, now \"Magnitude\"), start.calibration (none, now 0), which" },
        { "--prune", "wanda", "--prune applies only with --from" },
        { "--calibration", "4", "--calibration applies only with --prune wanda" },
        { "--storage", "masked", Accepted },
        { "--on-divergence", "skip", Accepted },
        { "--device", "cpu", Accepted },
        { "--threads", "2", Accepted },
        { "--parallel", "none", Accepted },
        { "--allow-resize", "true", Accepted },
        { "--no-overlap", "true", "--no-overlap applies only to ranks" },
        { "--transport", "host", "--transport applies only to ranks" },
        { "--shard-optimizer", "true", "--shard-optimizer applies only to ranks" },
        { "--data", "", Accepted },
        { "--eval-every", "3", Accepted },
        { "--eval-batches", "1", Accepted },
        { "--sample-length", "4", Accepted },
        { "--checkpoint-every", "3", Accepted },
        { "--keep", "1", Accepted },
        { "--resume-at", "6", Accepted },
        { "--resume-at", "5", "--resume-at is 5, but" },
        { "--allow-new-schedule", "true", Accepted },
        { "--layers", "2", "another size.layers (1, now 2), which" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Only_what_changes_the_steps_done_is_refused(string option, string value, string refusal)
    {
        value = option switch { "--data" => six.Elsewhere, "--from" => six.Run, _ => value };
        var before = File.ReadAllText(Path.Combine(six.Run, "config.json"));
        var (code, error, folder) = six.Resume(option, value);
        var config = File.ReadAllText(Path.Combine(folder, "config.json"));
        if (refusal.Length > 0)
        {
            Assert.Equal(2, code);
            Assert.Contains(refusal, error);
            Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Equal(before, config);
            return;
        }

        Assert.Equal((0, string.Empty), (code, error));
        var table = Path.Combine(folder, "changes.md");
        var changes = File.Exists(table) ? File.ReadAllText(table) : string.Empty;
        var isChange = RunSettings.All.First(setting => setting.Option == option).Place is not null && value != "cpu";
        Assert.Equal(isChange, changes.Contains($"| {option} |", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_option_is_tried() => Assert.Empty(
        RunSettings.All.Select(static setting => setting.Option).Where(static option => option.Length > 0)
            .Except(["--out", "--config", "--resume"])
            .Except(Values.Select(static row => (string)row[0])));
}
