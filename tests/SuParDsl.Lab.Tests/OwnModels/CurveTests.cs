using System.Globalization;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Tests.OwnModels;

/// <summary>Tests the lab with a model, data and a loss that it does not know.</summary>
public sealed class CurveTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_trains()
    {
        var (code, output, error) = Run("train", "--out", folder["run"]);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("points/s", output);
        Assert.DoesNotContain("nats", output);
        var losses = Column("run", "train_loss");
        Assert.True(losses[^1] < 0.5 * losses[0], $"from {losses[0]} to {losses[^1]}");
        Assert.Equal(
            ["config.json", "loss.svg", "metrics.csv", "model.safetensors", "options.json", "table.md"],
            Directory.GetFiles(folder["run"]).Select(Path.GetFileName)
                .Where(static name => !name!.StartsWith("events.out.", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void It_is_checked()
    {
        var (code, output, error) = Run("check", "--steps", "2", "--seeds", "2", "--threshold", "9", "--out", folder["check"]);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("SµPar over width", output);
        Assert.Contains("SP over density", output);
        Assert.Contains("SµPar passes at ±9", output);
    }

    [Fact]
    public void It_is_swept_also_by_gradients_in_parts()
    {
        var (code, output, error) = Run(
            "sweep", "--lrs", "2^-8..2^-6", "--densities", "1,1/4", "--rules", "supar", "--steps", "5", "--accumulate", "4",
            "--out", folder["sweep"]);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("all 6 runs are finished", output);
        Assert.Contains("continues", Run("sweep", "--help").Output);
    }

    [Fact]
    public void A_step_in_parts_is_the_same_step()
    {
        string[] few = ["train", "--steps", "10", "--lr", "1e-3", "--threads", "1"];
        Assert.Equal(0, Run([.. few, "--out", folder["whole"]]).Code);
        Assert.Equal(0, Run([.. few, "--accumulate", "4", "--out", folder["parts"]]).Code);
        foreach (var column in new[] { "train_loss", "gradient_norm", "validation_loss" })
        {
            foreach (var (whole, parts) in Column("whole", column).Zip(Column("parts", column)))
            {
                Assert.Equal(whole, parts, 1e-4 * whole);
            }
        }
    }

    [Theory]
    [InlineData("--accumulate is 5: the 16 examples of a step (--batch) cannot be divided into that many equal parts",
        "--accumulate", "5")]
    [InlineData("--accumulate is '0': it must be a whole number from 1", "--accumulate", "0")]
    [InlineData("this model trains on a sine, which the program makes itself", "--data", "x.txt")]
    [InlineData("unknown option '--sample-length'", "--sample-length", "1")]
    [InlineData("unknown option '--tokenizer'", "--tokenizer", "byte")]
    public void What_cannot_be_is_refused(string expected, params string[] options)
    {
        var (code, output, error) = Run(["train", .. options]);
        Assert.Equal((2, string.Empty), (code, output));
        Assert.Contains(expected, error);
    }

    [Theory]
    [InlineData("sample")]
    [InlineData("replay")]
    [InlineData("export")]
    public void It_has_no_commands_of_language_models(string command)
    {
        Assert.Contains($"unknown command '{command}'", Run(command).Error);
        Assert.DoesNotContain(command + " ", Run("--help").Output);
    }

    [Fact]
    public void Other_functions_have_another_fingerprint()
    {
        var request = new DataRequest(null, static _ => 0);
        var own = (BatchData)CurveProgram.Example.Data;
        Assert.Equal(own.Open(request).Fingerprint, own.Open(request).Fingerprint);
        var other = own with { Training = (rows, seed, step) => own.Training(rows, seed + 1, step) };
        Assert.NotEqual(own.Open(request).Fingerprint, other.Open(request).Fingerprint);
    }

    [Fact]
    public void Accuracy_counts_the_likeliest_classes()
    {
        using var logits = TorchSharp.torch.tensor(new float[] { 1, 2, 0, 3, 1, 0, 0, 0, 9 }, [3, 3]);
        using var classes = TorchSharp.torch.tensor(new long[] { 1, 2, 2 }, [3]);
        Assert.Equal(2 / 3.0, Loss.Classification.Accuracy!(logits, classes).ToDouble(), 1e-6);
        Assert.Contains("accuracy 66.67 %", Loss.Classification.Describe(new(1, 0.5, 3, 2 / 3.0), "image"));
    }

    private static (int Code, string Output, string Error) Run(params string[] args) =>
        CommandLine.Catch(() => Lab.Run(args, CurveProgram.Example));

    private double[] Column(string run, string name)
    {
        var rows = File.ReadAllLines(Path.Combine(folder[run], "metrics.csv")).Select(static line => line.Split(',')).ToList();
        var column = Array.IndexOf(rows[0], name);
        return [.. rows.Skip(1).Select(row => row[column]).Where(static value => value.Length > 0)
            .Select(static value => double.Parse(value, CultureInfo.InvariantCulture))];
    }
}
