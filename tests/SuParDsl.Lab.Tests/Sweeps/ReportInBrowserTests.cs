using System.Text.Json;
using System.Text.RegularExpressions;
using SuParDsl.Lab.Tests.Interop;

namespace SuParDsl.Lab.Tests.Sweeps;

/// <summary>Tests the report as Chromium shows it.</summary>
public sealed partial class ReportInBrowserTests(TinySweep tiny) : IClassFixture<TinySweep>
{
    // Measures the browser's layout: for each figure, the number of lines with a positive length, and the color of its
    // paper.
    private const string Measure = """
        <script>
        addEventListener('load', () => {
          // Boxes have room for accents above letters, which may touch those of the line above.
          const touch = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
            && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
          const overlaps = figure => {
            const texts = [...figure.querySelectorAll('text')];
            const boxes = texts.map(text => text.getBoundingClientRect());
            return texts.flatMap((text, i) => texts.slice(i + 1).filter((_, j) => touch(boxes[i], boxes[i + 1 + j]))
              .map(other => text.textContent + ' over ' + other.textContent));
          };
          const figures = [...document.querySelectorAll('figure')].map(figure => ({
            lines: [...figure.querySelectorAll('polyline')]
              .filter(line => line.getTotalLength() > 0 && line.getBoundingClientRect().width > 0).length,
            texts: [...figure.querySelectorAll('text')].filter(text => text.getBoundingClientRect().width > 0).length,
            hints: figure.querySelectorAll('circle > title').length,
            overlaps: overlaps(figure),
            paper: getComputedStyle(figure.querySelector('.paper')).fill,
          }));
          const measured = document.createElement('code');
          measured.id = 'measured';
          measured.textContent = JSON.stringify(figures);
          document.body.append(measured);
        });
        </script>
        """;

    private sealed record Drawn(int Lines, int Texts, int Hints, string[] Overlaps, string Paper);

    [ChromiumFact]
    public void Every_figure_is_drawn_in_light_and_dark_without_a_word_on_the_console()
    {
        var (run, check, page) = (tiny.Fresh("run"), tiny.Fresh("check"), tiny.Fresh("page.html"));
        string[] size = ["--layers", "1", "--head-dim", "16", "--context", "16", "--data", tiny.Data];
        Assert.Equal(0, CommandLine.Run([
            "train", "--width", "32", "--steps", "20", "--eval-every", "10", "--eval-batches", "1", "--sample-length", "0",
            .. size, "--out", run,
        ]).Code);
        Assert.Equal(0, CommandLine.Run([
            "check", "--widths", "32,64", "--densities", "1,1/2", "--steps", "2", "--seeds", "2", "--threshold", "30",
            .. size, "--out", check,
        ]).Code);
        Assert.Equal(0, CommandLine.Run("report", run, check, tiny.Sweep, "--out", page).Code);

        var (light, console) = Open(page);
        Assert.Empty(console);
        Assert.Equal(4, light.Length);
        Assert.All(light, static figure => Assert.True(figure is { Lines: > 0, Texts: > 5, Hints: > 0 }, figure.ToString()));
        Assert.Equal(2, light[0].Lines);
        Assert.All(light, static figure => Assert.Empty(figure.Overlaps));
        Assert.All(light, static figure => Assert.Equal("rgb(255, 255, 255)", figure.Paper));
        var (dark, _) = Open(page, "--blink-settings=preferredColorScheme=0");
        Assert.All(dark, static figure => Assert.Equal("rgb(13, 17, 23)", figure.Paper));
    }

    [ChromiumFact]
    public void A_page_with_a_mistake_would_be_noticed()
    {
        var page = tiny.Fresh("bad.html");
        File.WriteAllText(page, """
            <figure><svg><rect class="paper"/><polyline points=""/><text y="20">a</text><text y="20">b</text></svg></figure>
            <script>none();</script></body>
            """);
        var (figures, console) = Open(page);
        Assert.Equal(0, figures.Single().Lines);
        Assert.Equal(["a over b"], figures.Single().Overlaps);
        Assert.Contains("none is not defined", Assert.Single(console));
    }

    private static (Drawn[] Figures, string[] Console) Open(string page, params string[] more)
    {
        var measured = Path.ChangeExtension(page, "measured.html");
        File.WriteAllText(measured, File.ReadAllText(page).Replace("</body>", Measure + "</body>", StringComparison.Ordinal));
        var (document, console) = ChromiumFactAttribute.Open(measured, more);
        return (JsonSerializer.Deserialize<Drawn[]>(
            Result().Match(document).Groups[1].Value, JsonSerializerOptions.Web)!, console);
    }

    [GeneratedRegex("<code id=\"measured\">(.*?)</code>")]
    private static partial Regex Result();
}
