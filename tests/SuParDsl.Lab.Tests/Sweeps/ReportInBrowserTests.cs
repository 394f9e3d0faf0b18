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
            right: figure.getBoundingClientRect().right,
            letter: Math.min(...[...figure.querySelectorAll('text')].map(text => parseFloat(getComputedStyle(text).fontSize)
              * figure.querySelector('svg').getBoundingClientRect().width / figure.querySelector('svg').viewBox.baseVal.width)),
          }));
          const measured = document.createElement('code');
          measured.id = 'measured';
          measured.textContent = JSON.stringify(figures);
          document.body.append(measured);
        });
        </script>
        """;

    // Lists what lies beyond the right edge of the page, except what is scrolled.
    private const string Boxes = """
        <script>
        addEventListener('load', () => {
          const wide = [...document.body.querySelectorAll('*')]
            .filter(e => !e.parentElement.closest('figure, .table, pre, script, code') && e.getBoundingClientRect().right > 390.5)
            .map(e => e.tagName + ' ' + e.textContent.slice(0, 40));
          const beyond = document.createElement('code');
          beyond.id = 'wide';
          beyond.textContent = JSON.stringify(wide);
          document.head.append(beyond);
        });
        </script>
        """;

    private sealed record Drawn(
        int Lines, int Texts, int Hints, string[] Overlaps, string Paper, double Right, double? Letter);

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

        // Four figures compare the runs. Then come one of the run, two of the check and one of the sweep.
        Assert.Equal(8, light.Length);
        Assert.All(light, static figure => Assert.True(figure is { Lines: > 0, Texts: > 5, Hints: > 0 }, figure.ToString()));
        Assert.Equal([1, 1, 1, 1, 2], light.Take(5).Select(static figure => figure.Lines));
        Assert.All(light, static figure => Assert.Empty(figure.Overlaps));
        Assert.All(light, static figure => Assert.Equal("rgb(255, 255, 255)", figure.Paper));
        var (dark, _) = Open(page, "--blink-settings=preferredColorScheme=0");
        Assert.All(dark, static figure => Assert.Equal("rgb(13, 17, 23)", figure.Paper));
    }

    // Chromium has no window that is as narrow, so that the page itself is narrowed. Its style does not ask for the width of the
    // window.
    [ChromiumFact]
    public void A_telephone_shows_every_figure_within_its_screen_and_in_letters_to_read()
    {
        var (run, check, bench, page) = (tiny.Fresh("one"), tiny.Fresh("slim"), tiny.Fresh("bench"), tiny.Fresh("narrow.html"));
        string[] size = ["--layers", "1", "--head-dim", "16", "--context", "16", "--data", tiny.Data];
        foreach (var name in new[] { run, run + "-with-another-name-that-is-quite-long" })
        {
            Assert.Equal(0, CommandLine.Run([
                "train", "--width", "32", "--steps", "20", "--eval-every", "10", "--eval-batches", "1", "--sample-length", "80",
                .. size, "--out", name, "--method", "rigl", "--density", "1/4", "--mask-every", "5",
            ]).Code);
        }

        Assert.Equal(0, CommandLine.Run([
            "check", "--widths", "32,64", "--densities", "1,1/2", "--steps", "2", "--seeds", "2", "--threshold", "30",
            .. size, "--out", check,
        ]).Code);
        Assert.Equal(0, CommandLine.Run([
            "bench", "--widths", "32", "--densities", "1/2,1/4", "--rounds", "1", "--batch", "2", .. size, "--out", bench,
        ]).Code);
        Assert.Equal(0, CommandLine.Run(
            "report", run, run + "-with-another-name-that-is-quite-long", check, tiny.Sweep, bench, "--out", page).Code);
        var narrow = page + ".390.html";
        File.WriteAllText(narrow, File.ReadAllText(page)
            .Replace("<html lang=\"en\">", "<html lang=\"en\" style=\"width: 390px\">", StringComparison.Ordinal)
            .Replace("</body>", Boxes + "</body>", StringComparison.Ordinal));

        var (figures, console) = Open(narrow);
        Assert.Empty(console);
        Assert.Equal(5 + 4 + 2 + 1 + 1, figures.Length);
        Assert.All(figures, static figure => Assert.Empty(figure.Overlaps));
        Assert.All(figures, static figure => Assert.True(figure is { Right: <= 390, Letter: >= 9.5 }, figure.ToString()));

        // Nothing else is wider than the screen. A figure, a table or a file that is wider is scrolled by itself.
        var (document, _) = ChromiumFactAttribute.Open(Path.ChangeExtension(narrow, "measured.html"));
        Assert.Equal("[]", Wide().Match(document).Groups[1].Value);
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

    [GeneratedRegex("<code id=\"wide\">(.*?)</code>")]
    private static partial Regex Wide();

    [GeneratedRegex("<code id=\"measured\">(.*?)</code>")]
    private static partial Regex Result();
}
