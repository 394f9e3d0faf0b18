using System.Text.RegularExpressions;

namespace SuParDsl.Lab.Tests.Commands;

public sealed partial class EngineCommandTests
{
    [Fact]
    public void It_says_which_library_computes_and_how_fast()
    {
        var (code, output, error) = CommandLine.Run("engine", "--threads", "1");
        Assert.Equal((0, ""), (code, error));
        var said = Said().Match(output);
        Assert.True(said.Success, output);
        Assert.True(File.Exists(said.Groups["file"].Value), output);

        // Only the package's own library is beside the program or in the package cache.
        Assert.Equal(said.Groups["copy"].Success, said.Groups["file"].Value.Contains("/supardsl", StringComparison.Ordinal));
        Assert.InRange(double.Parse(said.Groups["speed"].Value), 1, 1e6);
    }

    [GeneratedRegex("""
        ^TorchSharp 0\.107\.0, libtorch 2\.10\.0
        native library: (?<file>.+?)(?<copy> \(a copy for this system's older C\+\+ library\))?
        (?<speed>\d+) GFLOP/s in a 1024³ float32 product on 1 thread of the CPU
        $
        """)]
    private static partial Regex Said();
}
