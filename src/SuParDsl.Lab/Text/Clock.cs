namespace SuParDsl.Lab.Text;

/// <summary>Formats durations.</summary>
internal static class Clock
{
    /// <summary>A duration as text: 0:07, 12:34, 1:02:03.</summary>
    public static string Text(TimeSpan time)
    {
        var rounded = TimeSpan.FromSeconds(Math.Round(time.TotalSeconds));
        return rounded.TotalHours >= 1 ? $"{(long)rounded.TotalHours}:{rounded:mm\\:ss}" : $"{rounded:m\\:ss}";
    }
}
