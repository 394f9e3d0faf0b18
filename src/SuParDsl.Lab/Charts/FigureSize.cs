namespace SuParDsl.Lab.Charts;

/// <summary>The sizes of a figure's panels and letters, in pixels.</summary>
/// <param name="PanelWidth">The width of a panel.</param>
/// <param name="PanelHeight">The height of a panel.</param>
/// <param name="Letter">The size of letters.</param>
/// <param name="TitleLetter">The size of the title's letters.</param>
/// <param name="Dot">The radius of points.</param>
/// <param name="XTicks">About how many ticks a linear horizontal axis has.</param>
/// <param name="YTicks">About how many ticks a linear vertical axis has.</param>
internal sealed record FigureSize(
    double PanelWidth, double PanelHeight, double Letter, double TitleLetter, double Dot, int XTicks, int YTicks)
{
    // What a letter of the widest common sans-serif font takes on average, as a fraction of its size.
    private const double LetterWidth = 0.62;

    /// <summary>Several panels beside one another.</summary>
    public static FigureSize Small { get; } = new(250, 150, 11, 16, 2.5, 5, 5);

    /// <summary>A single panel.</summary>
    public static FigureSize Large { get; } = new(760, 364, 14, 18, 4, 8, 7);

    /// <summary>A single panel that fits on the screen of a telephone.</summary>
    public static FigureSize Narrow { get; } = new(236, 150, 11, 14, 2.5, 5, 5) { SmallestWidth = 0 };

    /// <summary>The width of the narrowest figure.</summary>
    public double SmallestWidth { get; init; } = 480;

    /// <summary>The width of a text, estimated from above.</summary>
    public double Width(string text) => LetterWidth * Letter * text.Length;

    /// <summary>The width of a title, estimated from above.</summary>
    public double TitleWidth(string text) => LetterWidth * TitleLetter * text.Length;
}
