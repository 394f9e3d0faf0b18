using System.Globalization;
using System.Text;

namespace SuParDsl.Lab.Charts;

/// <summary>
/// The style sheet of panels. The colours of lines keep their order for colour-blind readers and on grey printers.
/// </summary>
internal static class PanelStyle
{
    // Viridis without its palest end, which is invisible on white. On black, the darkest end is left out instead.
    private static readonly (int R, int G, int B)[] Ramp =
        [(68, 1, 84), (59, 82, 139), (33, 145, 140), (53, 183, 121), (160, 200, 40), (253, 231, 37)];

    /// <summary>The style sheet for a number of lines.</summary>
    /// <param name="lines">The number of lines.</param>
    /// <param name="size">The sizes of letters.</param>
    public static string Of(int lines, FigureSize size)
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
        Colours(css, lines, 0, 0.8, string.Empty);
        css.Append("""
              @media (prefers-color-scheme: dark) {
                text { fill: #9198a1; }
                .title, .label, .legend { fill: #e6edf3; }
                .paper { fill: #0d1117; }
                .grid { stroke: #2f353d; }
                .axis { stroke: #9198a1; }

            """);
        Colours(css, lines, 0.25, 1, "  ");
        return css.Append("  }\n").ToString();
    }

    private static void Colours(StringBuilder css, int lines, double from, double to, string indent)
    {
        for (var i = 0; i < lines; i++)
        {
            var at = (from + ((to - from) * (lines == 1 ? 0.4 : i / (lines - 1.0)))) * (Ramp.Length - 1);
            var (low, share) = (Math.Min((int)at, Ramp.Length - 2), at - Math.Min((int)at, Ramp.Length - 2));
            var (a, b) = (Ramp[low], Ramp[low + 1]);
            var colour = string.Create(
                CultureInfo.InvariantCulture, $"#{Mix(a.R, b.R, share):x2}{Mix(a.G, b.G, share):x2}{Mix(a.B, b.B, share):x2}");
            css.Append(CultureInfo.InvariantCulture, $"{indent}  .s{i} {{ stroke: {colour}; }} .m{i} {{ fill: {colour}; }}\n");
        }
    }

    private static int Mix(int a, int b, double share) => (int)Math.Round(a + ((b - a) * share));
}
