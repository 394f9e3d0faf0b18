using System.Text.Json;
using System.Xml.Linq;

namespace SuParDsl.Lab.Tests.Bench;

public sealed class BenchTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_size_is_timed_and_weighed_beside_masked_and_dense()
    {
        var (code, output, error) = Bench("--widths", "64,32", "--densities", "1/4,1/16", "--storage", "compressed");

        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("4/4 sizes", output);
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder["bench"], "bench.json")));
        var results = json.RootElement.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal([(64, 0.25), (64, 0.0625), (32, 0.25), (32, 0.0625)], results.Select(static result =>
            (result.GetProperty("width").GetInt32(), result.GetProperty("density").GetDouble())));
        Assert.All(results, static result =>
        {
            // A block has four matrices. A matrix in dense storage takes the memory of a dense model's, whatever its mask.
            Assert.Equal((4, 4), (result.GetProperty("compressed").GetInt32(), result.GetProperty("sparse").GetInt32()));
            Assert.Equal(Megabytes(result, "dense"), Megabytes(result, "masked"));
            Assert.True(Megabytes(result, "stored") < Megabytes(result, "dense"));
            Assert.True(result.GetProperty("stored").GetProperty("milliseconds").GetDouble() > 0);
        });
        Assert.True(Megabytes(results[1], "stored") < Megabytes(results[0], "stored"));
        Assert.Equal(2 + 4, File.ReadLines(Path.Combine(folder["bench"], "bench.md")).Count(static line => line.StartsWith('|')));
        Assert.Equal(
            2 * 3, XDocument.Load(Path.Combine(folder["bench"], "bench.svg"))
                .Descendants()
                .Count(static e => e.Name.LocalName == "polyline"));
    }

    [Fact]
    public void A_size_that_cannot_be_built_is_named_before_anything_is_timed()
    {
        var (code, output, error) = Bench("--widths", "64,40");

        Assert.Equal((2, string.Empty), (code, output));
        Assert.Contains("width of SelfAttention is 40, not a multiple of headDim (16)", error);
        Assert.False(Directory.Exists(folder["bench"]));
    }

    private static double Megabytes(JsonElement result, string of) => result.GetProperty(of).GetProperty("megabytes").GetDouble();

    private (int Code, string Output, string Error) Bench(params string[] options) => CommandLine.Run(
    [
        "bench", "--layers", "1", "--head-dim", "16", "--context", "16", "--batch", "2", "--rounds", "1", "--threads", "1",
        "--data", folder.Write("text.txt", SmallText.Sentences), "--out", folder["bench"], .. options,
    ]);
}
