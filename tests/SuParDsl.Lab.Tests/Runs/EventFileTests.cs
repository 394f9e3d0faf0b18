using System.Globalization;
using SuParDsl.Lab.Runs;

namespace SuParDsl.Lab.Tests.Runs;

public sealed class EventFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    // RFC 3720, B.4: the CRC-32C of "123456789" is E3069283.
    public void The_checksum_is_the_masked_Castagnoli_one() =>
        Assert.Equal(
            unchecked(((0xE3069283u >> 15) | (0xE3069283u << 17)) + 0xa282ead8u), EventFile.MaskedChecksum("123456789"u8));

    [Fact]
    public void Every_scalar_of_a_run_is_in_its_event_file()
    {
        var data = folder.Write("text.txt", SmallText.Sentences);
        Assert.Equal(0, CommandLine.Run(
            [
                "train", .. SmallText.Sizes, "--steps", "4", "--eval-every", "2", "--eval-batches", "1", "--sample-length", "0",
                "--data", data, "--out", folder["run"],
            ]).Code);
        var events = EventReader.Read(Directory.GetFiles(folder["run"], "events.out.tfevents.*").Single());
        Assert.Equal("brain.Event:2", events[0].Version);
        Assert.Equal((0, true), (events[1].Step, events[1].IsStart));
        Assert.Equal(events.Select(static e => e.Time).Order(), events.Select(static e => e.Time));
        Assert.InRange(
            events[0].Time,
            DateTimeOffset.UtcNow.AddMinutes(-10).ToUnixTimeSeconds(),
            DateTimeOffset.UtcNow.AddMinutes(1).ToUnixTimeSeconds());

        var rows = File.ReadLines(Path.Combine(folder["run"], "metrics.csv")).Skip(1).Select(static line => line.Split(','))
            .ToList();
        foreach (var (column, tag) in new[]
        {
            (1, "loss/train"), (2, "loss/validation"), (3, "learning_rate"), (4, "gradient_norm"), (5, "units_per_second"),
        })
        {
            var expected = rows.Where(row => row[column].Length > 0)
                .Select(row => (
                    long.Parse(row[0], CultureInfo.InvariantCulture),
                    Math.Round(float.Parse(row[column], CultureInfo.InvariantCulture), column == 5 ? 0 : 5)));
            Assert.Equal(expected, events.Where(e => e.Values.ContainsKey(tag))
                .Select(e => (e.Step, Math.Round(e.Values[tag], column == 5 ? 0 : 5))));
        }
    }

    [Fact]
    public void A_resumed_run_removes_the_records_of_later_steps()
    {
        using var first = EventFile.Create(folder.Path, DateTimeOffset.UnixEpoch.AddSeconds(9), 0);
        for (var step = 0; step <= 12; step++)
        {
            first.Add(DateTimeOffset.UnixEpoch, step, ("loss/train", step));
        }

        first.Dispose();
        var path = Directory.GetFiles(folder.Path).Single();
        var whole = File.ReadAllBytes(path);
        EventHistory.KeepUntil(folder.Path, 12);
        Assert.Equal(whole, File.ReadAllBytes(path));

        // A killed process has left half a record, which other readers would take for damage.
        File.WriteAllBytes(path, [.. whole, .. whole[..20]]);
        EventHistory.KeepUntil(folder.Path, 12);
        Assert.Equal(whole, File.ReadAllBytes(path));

        EventHistory.KeepUntil(folder.Path, 7);
        Assert.Equal([0, 0, .. Enumerable.Range(0, 8)], EventReader.Read(path).Select(static e => (int)e.Step));

        // The clock has gone back, but the new file is still read after the old one.
        using var second = EventFile.Create(folder.Path, DateTimeOffset.UnixEpoch, 8);
        second.Add(DateTimeOffset.UnixEpoch, 8, ("loss/train", 80));
        second.Dispose();
        Assert.Equal(
            [.. Enumerable.Range(0, 8).Select(static step => ((long)step, (float)step)), (8, 80)],
            EventReader.Curve(folder.Path, "loss/train"));

        EventHistory.KeepUntil(folder.Path, -1);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_viewer_that_has_read_the_later_steps_drops_them()
    {
        // Files that an earlier version has written on another machine. Nothing was truncated, so only the starts show
        // where a session begins.
        foreach (var (start, steps) in new[] { (0, 12), (8, 10) })
        {
            using var file = EventFile.Create(folder.Path, DateTimeOffset.UtcNow, start);
            for (var step = start; step <= steps; step++)
            {
                file.Add(DateTimeOffset.UtcNow, step, ("loss/train", start + step));
            }
        }

        Assert.Equal(
            [.. Enumerable.Range(0, 8).Select(static step => ((long)step, (float)step)), (8, 16), (9, 17), (10, 18)],
            EventReader.Curve(folder.Path, "loss/train"));
    }

    [Fact]
    public void A_run_restarted_without_checkpoints_leaves_nothing_of_the_previous_run()
    {
        var data = folder.Write("text.txt", SmallText.Sentences);
        string[] options =
        [
            "train", .. SmallText.Sizes, "--steps", "4", "--eval-every", "2", "--eval-batches", "1", "--sample-length", "0",
            "--data", data, "--out", folder["run"], "--checkpoint-every", "0", "--resume",
        ];
        Assert.Equal(0, CommandLine.Run(options).Code);
        Assert.Equal(0, CommandLine.Run(options).Code);
        EventReader.AssertMetrics(folder["run"]);
    }
}
