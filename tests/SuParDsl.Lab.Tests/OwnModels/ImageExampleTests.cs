using System.Globalization;
using Digits;
using SuParDsl.Lab.Tests.Data;

namespace SuParDsl.Lab.Tests.OwnModels;

/// <summary>The image examples' own programs on 200 real digits.</summary>
public sealed class ImageExampleTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_perceptron_learns() => Learns<Mlp>("--width", "64");

    [Fact]
    public void The_vision_transformer_learns() => Learns<Vit>("--width", "32", "--layers", "1", "--head-dim", "16");

    [Fact]
    public void The_residual_network_learns() => Learns<ResNet>("--width", "4", "--density", "1/2");

    [Fact]
    public void They_have_a_table() => Assert.All(
        new[] { CommandLine.Of<Mlp>("table"), CommandLine.Of<Vit>("table"), CommandLine.Of<ResNet>("table") },
        static result => Assert.Equal((0, string.Empty), (result.Code, result.Error)));

    [Fact]
    public void They_are_checked()
    {
        var (code, output, error) = CommandLine.Of<ResNet>(
            "check", "--widths", "8,4", "--densities", "1,1/2", "--steps", "1", "--seeds", "2", "--batch", "4",
            "--threshold", "30", "--threads", "1", "--data", Digits200.Folder, "--out", folder["check"]);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("SµPar over width", output);
        Assert.Contains("S1.Conv1", output);
    }

    [Fact]
    public void They_are_swept()
    {
        var (code, output, error) = CommandLine.Of<Mlp>(
            "sweep", "--widths", "32", "--densities", "1,1/4", "--lrs", "2^-9,2^-8", "--steps", "3", "--eval-batches", "1",
            "--threads", "1", "--workers", "2", "--data", Digits200.Folder, "--out", folder["sweep"]);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("all 4 runs are finished", output);
    }

    [Theory]
    [InlineData("unknown option '--classes'", "--classes", "3")]
    [InlineData("there is no ", "--data", "no-such-folder")]
    public void What_cannot_be_is_refused(string expected, params string[] options)
    {
        var (code, output, error) = CommandLine.Of<Mlp>(["train", .. options]);
        Assert.Equal((2, string.Empty), (code, output));
        Assert.Contains(expected, error);
    }

    private void Learns<TModel>(params string[] sizes)
    {
        var (code, output, error) = CommandLine.Of<TModel>(
        [
            "train", .. sizes, "--steps", "30", "--batch", "20", "--warmup", "3", "--lr", "1e-2", "--eval-every", "15",
            "--eval-batches", "1", "--threads", "1", "--data", Digits200.Folder, "--out", folder["run"],
        ]);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("bits per image, accuracy ", output);
        var rows = File.ReadAllLines(folder["run/metrics.csv"]).Select(static line => line.Split(',')).ToList();
        Assert.Equal("validation_accuracy", rows[0][^1]);
        var losses = rows.Skip(2).Select(static row => double.Parse(row[1], CultureInfo.InvariantCulture)).ToList();
        var (first, last) = (losses.Take(5).Average(), losses.TakeLast(5).Average());
        Assert.True(last < 0.85 * first, $"from {first} to {last}");
    }
}
