using System.Globalization;
using System.Text;

namespace SuParDsl.Lab.Charts;

/// <summary>
/// The style sheet of panels. Colour-blind readers can tell the colours of lines apart, and those of ordered lines keep their
/// order on grey printers, too.
/// </summary>
internal static class PanelStyle
{
    // Viridis without its palest end, which is invisible on white. On black, the darkest end is left out instead.
    private static readonly (int R, int G, int B)[] Ramp =
        [(68, 1, 84), (59, 82, 139), (33, 145, 140), (53, 183, 121), (160, 200, 40), (253, 231, 37)];

    // Blue and vermillion of Okabe and Ito, with their brighter variants on black.
    private static readonly string[] PairOnWhite = ["#0072b2", "#d55e00"], PairOnBlack = ["#56b4e9", "#e69f00"];

    /// <summary>The style sheet for a number of lines.</summary>
    /// <param name="lines">The number of lines.</param>
    /// <param name="isPair">Whether the lines are two that have no order, which get contrasting colours.</param>
    /// <param name="size">The sizes of letters.</param>
    public static string Of(int lines, bool isPair, FigureSize size)
    {
        var css = new StringBuilder()
            .Append("  text { font-family: system-ui, -apple-system, \"Segoe UI\", \"DejaVu Sans\", sans-serif; fill: #57606a; ")
            .Append(CultureInfo.InvariantCulture, $"font-size: {size.Letter}px; }}\n")
            .Append(CultureInfo.InvariantCulture, $"  .title {{ font-size: {size.TitleLetter}px; font-weight: 600; }}\n");
        css.Append("""
              .title, .label, .legend { fill: #1f2328; }
              .paper { fill: #ffffff; }
              .grid { stroke: #d8dee4; stroke-width: 1; }
              .axis { stroke: #57606a; stroke-width: 1; fill: none; }
              .line { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
              .ring { fill: none; stroke-width: 2; }
              .hollow { fill: none; stroke-width: 1; }
              .unseen { opacity: 0; fill: none; pointer-events: all; }
              .unseen:hover { opacity: 1; }

            """);
        Colours(css, isPair ? PairOnWhite : Ordered(lines, 0, 0.8), string.Empty);
        css.Append("""
              @media (prefers-color-scheme: dark) {
                text { fill: #9198a1; }
                .title, .label, .legend { fill: #e6edf3; }
                .paper { fill: #0d1117; }
                .grid { stroke: #2f353d; }
                .axis { stroke: #9198a1; }

            """);
        Colours(css, isPair ? PairOnBlack : Ordered(lines, 0.25, 1), "  ");
        return css.Append("  }\n").ToString();
    }

    /// <summary>
    /// The style sheet for the keys of lines outside a figure: the borders of elements of the classes k0, k1, ….
    /// </summary>
    /// <param name="lines">The number of lines.</param>
    /// <param name="isPair">Whether the lines are two that have no order, which get contrasting colours.</param>
    public static string Keys(int lines, bool isPair)
    {
        var css = new StringBuilder();
        Add(isPair ? PairOnWhite : Ordered(lines, 0, 0.8), "  ");
        css.Append("  @media (prefers-color-scheme: dark) {\n");
        Add(isPair ? PairOnBlack : Ordered(lines, 0.25, 1), "    ");
        return css.Append("  }\n").ToString();

        void Add(IEnumerable<string> colours, string indent)
        {
            foreach (var (i, colour) in colours.Index())
            {
                css.Append(CultureInfo.InvariantCulture, $"{indent}.k{i} {{ border-color: {colour}; }}\n");
            }
        }
    }

    private static void Colours(StringBuilder css, IEnumerable<string> colours, string indent)
    {
        foreach (var (i, colour) in colours.Index())
        {
            css.Append(CultureInfo.InvariantCulture, $"{indent}  .s{i} {{ stroke: {colour}; }} .m{i} {{ fill: {colour}; }}\n");
        }
    }

    private static IEnumerable<string> Ordered(int lines, double from, double to)
    {
        for (var i = 0; i < lines; i++)
        {
            var at = (from + ((to - from) * (lines == 1 ? 0.4 : i / (lines - 1.0)))) * (Ramp.Length - 1);
            var low = Math.Min((int)at, Ramp.Length - 2);
            var (a, b, fraction) = (Ramp[low], Ramp[low + 1], at - low);
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"#{Mix(a.R, b.R, fraction):x2}{Mix(a.G, b.G, fraction):x2}{Mix(a.B, b.B, fraction):x2}");
        }
    }

    private static int Mix(int a, int b, double fraction) => (int)Math.Round(a + ((b - a) * fraction));
}
