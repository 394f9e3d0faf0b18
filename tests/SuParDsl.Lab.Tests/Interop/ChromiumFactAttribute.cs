namespace SuParDsl.Lab.Tests.Interop;

/// <summary>A test that needs Chromium. It is skipped with a message if there is none.</summary>
public sealed class ChromiumFactAttribute : FactAttribute
{
    private static readonly string? Chromium = new[] { "chromium", "chromium-browser", "google-chrome" }
        .FirstOrDefault(static program => OtherProgram.Run(program, "--version").Code == 0);

    public ChromiumFactAttribute()
    {
        if (Chromium is null)
        {
            Skip = "there is no Chromium here (Debian: chromium)";
        }
    }

    /// <summary>
    /// Opens a page, which is a file or an address, without a screen. Returns its document after it has settled, and the
    /// console's messages.
    /// </summary>
    public static (string Document, string[] Console) Open(string page, params string[] more)
    {
        var (code, output, error) = OtherProgram.Run(
            Chromium!, [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--enable-logging=stderr", "--virtual-time-budget=5000", "--dump-dom", .. more,
                page.Contains("://", StringComparison.Ordinal) ? page : "file://" + page,
            ]);
        Assert.Equal(0, code);
        return (output, [.. error.Split('\n').Where(static line => line.Contains(":CONSOLE", StringComparison.Ordinal))]);
    }
}
