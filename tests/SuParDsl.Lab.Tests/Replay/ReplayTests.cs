using System.Globalization;
using System.Text.RegularExpressions;

namespace SuParDsl.Lab.Tests.Replay;

public sealed partial class ReplayTests
{
    private static string Folder(string name) => Path.Combine(AppContext.BaseDirectory, "reference", name);

    [Theory]
    [InlineData("gpt-sp-s0.75")]
    [InlineData("gpt-mup-s0.75")]
    [InlineData("gpt-supar-s0.75")]
    [InlineData("gpt-supar-s0.9375")]
    public void The_reference_is_followed_step_by_step(string name)
    {
        var (code, output, error) = CommandLine.Run("replay", Folder(name));
        Assert.Equal((0, string.Empty), (code, error));
        var losses = Steps().Matches(output).Select(static m => double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(20, losses.Count);
        Assert.All(losses, static difference => Assert.True(difference <= 1e-4, $"{difference}"));
        Assert.All(losses.Take(5), static difference => Assert.True(difference <= 2e-6, $"{difference}"));
        Assert.Matches(Summary(), output.TrimEnd().Split('\n')[^1]);
    }

    [Fact]
    public void A_difference_beyond_the_tolerance_is_code_1() =>
        Assert.Equal(1, CommandLine.Run("replay", Folder("gpt-supar-s0.75"), "--tolerance", "1e-12").Code);

    [Theory]
    [InlineData("\"lr\": 0.01", "\"lr\": 0.02", 1)]
    [InlineData("\"alpha_output\": 1.0", "\"alpha_output\": 2.0", 1)]
    [InlineData("\"base_width\": 64", "\"base_width\": 128", 1)]
    [InlineData("\"grad_clip\": 1.0", "\"grad_clip\": 0.1", 1)]
    [InlineData("\"parameterization\": \"supar\"", "\"parameterization\": \"mup\"", 1)]
    [InlineData("\"parameterization\": \"supar\"", "\"parameterization\": \"other\"", 2)]
    [InlineData("\"width\": 128", "\"width\": 256", 2)]
    [InlineData("\"vocab\": 65", "\"vocab\": 60", 2)]
    [InlineData("\"batch\": 8", "\"batch\": 4", 2)]
    [InlineData("\"bias\": false", "\"bias\": true", 2)]
    [InlineData("\"density\": 0.25", "\"density\": 1.0", 2)]
    [InlineData("\"tied\": true", "\"tied\": false", 2)]
    [InlineData("\"heads\": 4", "\"heads\": 0", 2)]
    [InlineData("\"config\"", "\"configuration\"", 2)]
    public void Another_configuration_is_noticed(string old, string @new, int expected)
    {
        using var folder = new TemporaryFolder();
        var trace = File.ReadAllText(Path.Combine(Folder("gpt-supar-s0.75"), "trace.json"));
        Assert.Contains(old, trace);
        folder.Write("trace.json", trace.Replace(old, @new, StringComparison.Ordinal));
        File.Copy(Path.Combine(Folder("gpt-supar-s0.75"), "tensors.safetensors"), folder["tensors.safetensors"]);
        var (code, _, error) = CommandLine.Run("replay", folder.Path);
        Assert.True(code == expected, $"{code}: {error}");
        Assert.Equal(expected == 2 ? 1 : 0, error.Count(static c => c == '\n'));
    }

    [GeneratedRegex(@"^ *\d+ +[\d.]+ +[\d.]+ +([\d.E+-]+) +[\d.]+ +[\d.E+-]+\r?$", RegexOptions.Multiline)]
    private static partial Regex Steps();

    [GeneratedRegex(@"^max loss difference \S+, max gradient-norm difference \S+, max weight difference \S+$")]
    private static partial Regex Summary();
}
