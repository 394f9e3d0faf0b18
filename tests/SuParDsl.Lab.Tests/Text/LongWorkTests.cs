using SuParDsl.Lab.Text;

namespace SuParDsl.Lab.Tests.Text;

public sealed class LongWorkTests
{
    [Fact]
    public void Short_work_says_nothing_and_long_work_a_line_every_few_seconds()
    {
        var (output, clock) = (new StringWriter(), new Clock());
        var work = new LongWork(output, clock);
        for (var part = 1; part <= 100; part++)
        {
            clock.Seconds += 0.02;
            work.Report("short", part / 100.0);
        }

        Assert.Empty(output.ToString());
        for (var part = 1; part <= 10; part++)
        {
            clock.Seconds += 2;
            work.Report("learning byte pairs", part / 10.0);
        }

        Assert.Equal(
            ["30 %, 0:09 left", "50 %, 0:08 left", "70 %, 0:05 left", "90 %, 0:02 left"],
            output.ToString().Split(output.NewLine, StringSplitOptions.RemoveEmptyEntries)
                .Select(static line => line["learning byte pairs: ".Length..]));
    }

    private sealed class Clock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long GetTimestamp() => (long)(Seconds * TimestampFrequency);
    }
}
