using SuParDsl.Processes;

namespace SuParDsl.Packaging.Tests;

public sealed class CommandTests
{
    [Fact]
    public async Task It_reports_the_exit_code_and_the_output()
    {
        const string Script = "echo out; echo err >&2; echo $MORE; exit 3";
        var (code, said) = await Command.Run("sh", ["-c", Script], "/", new Dictionary<string, string> { ["MORE"] = "more" });
        Assert.Equal((3, "out\nmore\nerr\n"), (code, said));
    }

    [Fact]
    public async Task A_program_that_hangs_is_ended()
    {
        var limit = TimeSpan.FromMilliseconds(200);
        var error = await Assert.ThrowsAsync<TimeoutException>(() => Command.Run("sh", ["-c", "sleep 600; true"], limit: limit));
        Assert.Equal("'sh -c sleep 600; true' took longer than 00:00:00.2000000", error.Message);
    }
}
