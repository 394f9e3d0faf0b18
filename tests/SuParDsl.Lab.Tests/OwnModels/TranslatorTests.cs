using System.Globalization;
using Translation;

namespace SuParDsl.Lab.Tests.OwnModels;

/// <summary>The example Translator, an encoder-decoder, at small sizes.</summary>
public sealed class TranslatorTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_learns_the_dictionary_and_the_order_of_words()
    {
        var (code, output, error) = CommandLine.Of<Translator>(
            "train", "--width", "64", "--layers", "1", "--density", "1", "--steps", "160", "--warmup", "20", "--eval-every", "80",
            "--threads", "1", "--out", folder["run"]);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("Decode.0.Cross.Pairs.weight", output);

        // Who knows the words of a sentence, but not which comes next, is right about once in eight.
        var accuracy = double.Parse(
            File.ReadAllLines(folder["run/metrics.csv"])[^1].Split(',')[AccuracyColumn()], CultureInfo.InvariantCulture);
        Assert.True(accuracy > 0.4, $"{accuracy}");
    }

    [Fact]
    public void Its_activations_stay_over_width_and_density_under_SuPar()
    {
        var (code, output, error) = CommandLine.Of<Translator>(
            "check", "--widths", "32,64,128", "--densities", "1,1/4,1/16", "--rules", "supar,standard", "--steps", "2",
            "--seeds", "4", "--batch", "16", "--threshold", "0.3", "--threads", "1", "--out", folder["check"]);
        Assert.True(code == 0, output + error);
        Assert.Contains("SµPar passes at ±0.3", output);
        Assert.Contains("beyond ±0.3, farthest Decode.*.Cross.Out", output);
    }

    private int AccuracyColumn() =>
        Array.IndexOf(File.ReadAllLines(folder["run/metrics.csv"])[0].Split(','), "validation_accuracy");
}
