using System.Globalization;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Text;

/// <summary>Reports the progress of long operations: nothing in the first seconds, then one line every few seconds.</summary>
/// <param name="output">The output to write to.</param>
/// <param name="time">The clock.</param>
internal sealed class LongWork(TextWriter output, TimeProvider time)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(3);

    // The clock is read once per this fraction of the work.
    private const double Step = 0.001;

    private string work = string.Empty;
    private double looked;
    private long began;
    private long said;

    /// <summary>Receives the progress of an operation. It may be called at any rate.</summary>
    /// <param name="what">The operation: "learning byte pairs". A new name starts a new operation.</param>
    /// <param name="fraction">The fraction that is done, from 0 to 1.</param>
    public void Report(string what, double fraction)
    {
        if (what != work)
        {
            (work, looked) = (what, 0);
            began = said = time.GetTimestamp();
        }

        if (fraction - looked < Step)
        {
            return;
        }

        looked = fraction;
        if (time.GetElapsedTime(said) >= Between)
        {
            said = time.GetTimestamp();
            var left = Clock.Text(time.GetElapsedTime(began) * ((1 - fraction) / fraction));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {Math.Floor(100 * fraction)} %, {left} left"));
        }
    }
}
