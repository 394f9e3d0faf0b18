using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Tests.OwnModels;

/// <summary>Sizes of every type that compiles are options. Runs with them can be repeated, resumed and swept.</summary>
public sealed class SundryTests : IDisposable
{
    private const string Time = "2026-01-31T12:30:00.1230000Z";

    // The value on the command line, and the value in config.json.
    private static readonly (string Option, string Text, string Json)[] Given =
    [
        ("--pad", "-7", "-7"), ("--shift", "0", "0"), ("--budget", "-9007199254740993", "-9007199254740993"),
        ("--huge", "0", "0"), ("--small", "255", "255"), ("--slope", "1/8", "0.125"), ("--price", "-2.50", "-2.50"),
        ("--above", "-1e-300", "-1E-300"), ("--below", "NaN", "\"NaN\""), ("--missing", "Infinity", "\"Infinity\""),
        ("--tag", "", "\"\""), ("--empty", "-x \"=ü", "\"-x \\\"=ü\""), ("--note", "null", "\"null\""), ("--mark", "a", "\"a\""),
        ("--groups", "-3", "-3"), ("--share", "none", "null"), ("--flag", "false", "false"),
        ("--bias", "false", "false"), ("--kind", "first", "\"First\""), ("--other", "secondone", "\"SecondOne\""),
        ("--sides", "right", "\"Right\""),
        ("--size-from", Time, "\"2026-01-31T12:30:00.123Z\""), ("--wait", "1.02:03:04.5", "\"1.02:03:04.5000000\""),
        ("--id", "0f8fad5b-d9cb-469f-a165-70867728950e", "\"0f8fad5b-d9cb-469f-a165-70867728950e\""), ("--kernels", "none", "[]"),
        ("--names", "\"x,y\",z", "[\"x,y\",\"z\"]"), ("--scales", "1/2,Infinity,-0", "[0.5,\"Infinity\",-0]"),
        ("--kinds", "secondone,first", "[\"SecondOne\",\"First\"]"),
        ("--size-steps", "0", "0"), ("--size-data", "none", "\"none\""), ("--rule", "mup", "\"MuP\""),
    ];

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_type_is_an_option()
    {
        Trained("run", [.. Given.SelectMany(static given => new[] { given.Option, given.Text })]);
        var size = Config("run")["size"]!.AsObject();
        Assert.Equal(Given.Length + 1, size.Count);
        Assert.Equal(
            Given.Select(static given => (given.Option, given.Json)),
            Given.Select(given => (given.Option, size[Key(given.Option)]?.ToJsonString(Relaxed) ?? "null")));
    }

    [Fact]
    public void A_run_is_repeated_by_its_options_alone()
    {
        Trained("plain");
        Trained("given", [.. Given.SelectMany(static given => new[] { given.Option, given.Text })]);
        foreach (var run in new[] { "plain", "given" })
        {
            Trained(run + "-again", "--config", folder[$"{run}/options.json"]);
            Assert.Equal(Config(run)["size"]!.ToJsonString(), Config(run + "-again")["size"]!.ToJsonString());
            Assert.Equal(File.ReadAllText(folder[$"{run}/options.json"]), File.ReadAllText(folder[$"{run}-again/options.json"]));
            Assert.Equal(Losses(run), Losses(run + "-again"));
        }
    }

    [Fact]
    public void The_environment_and_a_file_give_every_type()
    {
        var file = folder.Write("lab.json", """
            {"train": {"pad": -7, "budget": -9007199254740993, "above": "Infinity", "tag": "", "groups": null, "share": null,
            "flag": true, "kernels": [], "names": ["x,y", "", "none"], "scales": [0.5, 1e-300],
            "kinds": ["first", "SecondOne"], "size-steps": 0}}
            """);
        Assert.Equal((0, string.Empty), Code(Run("train", "--config", file, "--out", folder["file"])));
        var size = Config("file")["size"]!;
        string[] checkedNames =
        [
            "pad", "budget", "above", "tag", "groups", "share", "flag", "kernels", "names", "scales", "kinds", "steps",
        ];
        Assert.Equal(
            """[-7,-9007199254740993,"Infinity","",null,null,true,[],["x,y","","none"],[0.5,1E-300],["First","SecondOne"],0]""",
            new JsonArray([.. checkedNames.Select(name => size[name]?.DeepClone())]).ToJsonString(Relaxed));

        var variables = new Dictionary<string, string>
        {
            ["SUPARDSL_SHIFT"] = "3",
            ["SUPARDSL_EMPTY"] = "a = b",
            ["SUPARDSL_SIZE_DATA"] = "--x",
        };
        Assert.Equal((0, string.Empty), Code(CommandLine.Catch(
            variables, () => Lab.Run(["train", "--config", file, "--out", folder["both"]], SundryProgram.Example))));
        size = Config("both")["size"]!;
        Assert.Equal(
            ("3", "\"a = b\"", "\"--x\""),
            (size["shift"]!.ToJsonString(), size["empty"]!.ToJsonString(), size["data"]!.ToJsonString()));
    }

    [Fact]
    public void A_run_resumes_and_requires_the_same_sizes()
    {
        Trained("run", "--checkpoint-every", "2");
        Assert.Equal((0, string.Empty), Code(Run("train", "--checkpoint-every", "2", "--resume", "--out", folder["run"])));
        var (code, _, error) = Run("train", "--checkpoint-every", "2", "--resume", "--out", folder["run"], "--kernels", "3,7");
        Assert.Equal(2, code);
        Assert.Contains("was begun with another size.kernels ([3,5], now [3,7])", error);
    }

    [Fact]
    public void A_sweep_keeps_them()
    {
        string[] sweep =
        [
            "sweep", "--out", folder["sweep"], "--lrs", "2^-8", "--widths", "16,32", "--rules", "supar", "--steps", "2",
            "--names", "none",
        ];
        Assert.Equal((0, string.Empty), Code(Run(sweep)));
        Assert.Contains("2 of them finished before", Run(sweep).Output);
        Assert.Equal((0, string.Empty), Code(Run("transfer", folder["sweep"], "--widths", "64", "--steps", "2")));
        Assert.Equal("[]", JsonNode.Parse(File.ReadAllText(folder["sweep/sweep.json"]))!["size"]!["names"]!.ToJsonString());
    }

    [Theory]
    [InlineData("--pad is '1.5': it must be a whole number from -2147483648 to 2147483647", "--pad", "1.5")]
    [InlineData("--width is '0': it must be a whole number from 1 to 2147483647", "--width", "0")]
    [InlineData("--small is '256': it must be a whole number from 0 to 255", "--small", "256")]
    [InlineData("--slope is 'steep': it must be a number like 0.125, 1e-2 or 1/8", "--slope", "steep")]
    [InlineData("--slope is '1e40': it must be a number", "--slope", "1e40")]
    [InlineData("--above is '1e400': it must be a number", "--above", "1e400")]
    [InlineData("--price is '1e40': it must be a number", "--price", "1e40")]
    [InlineData("--mark is 'ab': it must be a Char", "--mark", "ab")]
    [InlineData("--groups is 'few': it must be a whole number from -2147483648 to 2147483647, or none", "--groups", "few")]
    [InlineData("--flag is 'maybe': it must be true or false, or none", "--flag", "maybe")]
    [InlineData("--kind is 'third': it must be first, secondone", "--kind", "third")]
    [InlineData("--kind is '7': it must be first, secondone", "--kind", "7")]
    [InlineData(
        "--sides is 'left+top': it must be none, left, right, or several with a plus between them", "--sides", "left+top")]
    [InlineData("--size-from is 'today': it must be a time like 2026-01-31T12:00:00", "--size-from", "today")]
    [InlineData(
        "--kernels is '3,x': it must be a list of items, separated by commas, "
        + "each a whole number from -2147483648 to 2147483647; or none",
        "--kernels", "3,x")]
    [InlineData("--names is '\"a': it must be a list of items", "--names", "\"a")]
    public void A_bad_value_is_one_line(string expected, params string[] options)
    {
        var (code, _, error) = Run(["table", .. options]);
        Assert.Equal(2, code);
        Assert.Contains(expected, error);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Fact]
    public void Help_shows_defaults_as_they_are_given()
    {
        var help = Run("train", "--help").Output;
        foreach (var line in new[]
        {
            "--pad <n> ", "[default: -1]", "--above <x> ", "[default: Infinity]", "[default: NaN]",
            "--kernels <n,…> ", "[default: 3,5]", "--groups <n|none> ", "[default: none]",
            "--kind <first|secondone> ", "[default: secondone]", "[default: left+right]", "[default: a,b c,\"d,\"\"e\"\"\",]",
            "--size-steps <n> ",
        })
        {
            Assert.Contains(line, help);
        }
    }

    [Fact]
    public void Sizes_that_no_option_can_hold_are_refused_at_the_start()
    {
        Refused<Activated, Activated.Size>(
            Activated.Base,
            "the size Activation of Activated is of type Func<Double, Double>, which neither options nor files can hold: "
                + "make it a number, a string, an enum or a list of these");
        Refused<Shaped, Shaped.Size>(
            Shaped.Base(default, []),
            "the size Pair of Shaped is of type ValueTuple<Int32, Int32>, which neither options nor files can hold: "
                + "make it a number, a string, an enum or a list of these");
    }

    private static void Refused<TModel, TSize>(TSize size, string expected)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : class
    {
        foreach (var command in new[] { "--help", "table", "train" })
        {
            var (code, output, error) = CommandLine.Catch(() => Lab.Run([command], new Example<TModel, TSize>("Own", "Own.", size)
            {
                Data = CurveProgram.Example.Data,
                Loss = Loss.MeanSquare,
            }));
            Assert.Equal((2, string.Empty, $"error: {expected}\n"), (code, output, error.ReplaceLineEndings("\n")));
        }
    }

    private static string Key(string option) => option.Replace("--size-", "--", StringComparison.Ordinal)[2..];

    private static (int Code, string Error) Code((int Code, string Output, string Error) run) => (run.Code, run.Error);

    private static (int Code, string Output, string Error) Run(params string[] args) =>
        CommandLine.Catch(() => Lab.Run(args, SundryProgram.Example));

    private void Trained(string run, params string[] options) =>
        Assert.Equal((0, string.Empty), Code(Run(["train", "--threads", "1", .. options, "--out", folder[run]])));

    private JsonNode Config(string run) => JsonNode.Parse(File.ReadAllText(folder[$"{run}/config.json"]))!;

    private string[] Losses(string run) =>
        [.. File.ReadAllLines(folder[$"{run}/metrics.csv"]).Select(static line => string.Join(',', line.Split(',')[..2]))];
}

/// <summary>A model that takes a function.</summary>
[Model]
public partial class Activated([MuWidth(16)] int width, Func<double, double>? activation = null)
{
    public Linear Up { get; } = new(width, width);

    public double At(double x) => activation?.Invoke(x) ?? x;

    [Flow] Tensor Flow(Tensor x) => x | Up;
}

/// <summary>A model that takes a pair and a table.</summary>
[Model]
public partial class Shaped([MuWidth(16)] int width, (int, int) pair, Dictionary<string, int> table)
{
    public Linear Up { get; } = new(width, width);

    public int Sum => pair.Item1 + pair.Item2 + table.Count;

    [Flow] Tensor Flow(Tensor x) => x | Up;
}
