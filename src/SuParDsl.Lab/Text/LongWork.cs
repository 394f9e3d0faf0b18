using System.Globalization;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Text;

/// <summary>Says how far work is that may take long: nothing for the first seconds, then a line every few.</summary>
/// <param name="output">Where to say it.</param>
/// <param name="time">The clock.</param>
internal sealed class LongWork(TextWriter output, TimeProvider time)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(3);

    // How often the clock is looked at.
    private const double Step = 0.001;

    private string work = string.Empty;
    private double looked;
    private long began;
    private long said;

    /// <summary>Is told how far some work is, as often as wanted.</summary>
    /// <param name="what">The work: "learning byte pairs". Another one begins where this changes.</param>
    /// <param name="share">The share that is done, from 0 to 1.</param>
    public void Report(string what, double share)
    {
        if (what != work)
        {
            (work, looked) = (what, 0);
            began = said = time.GetTimestamp();
        }

        if (share - looked < Step)
        {
            return;
        }

        looked = share;
        if (time.GetElapsedTime(said) >= Between)
        {
            said = time.GetTimestamp();
            var left = Clock.Text(time.GetElapsedTime(began) * ((1 - share) / share));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {Math.Floor(100 * share)} %, {left} left"));
        }
    }
}
