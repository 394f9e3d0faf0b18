using System.Globalization;
using System.Security;
using System.Text;

namespace SuParDsl.Lab.Charts;

/// <summary>Builds an SVG line by line.</summary>
internal sealed class SvgText
{
    private readonly StringBuilder text = new();

    /// <summary>Begins an SVG with a background and a title.</summary>
    /// <param name="width">The width of the image.</param>
    /// <param name="height">The height of the image.</param>
    /// <param name="style">The style sheet.</param>
    /// <param name="title">The title.</param>
    /// <param name="at">The position of the title.</param>
    public SvgText(double width, double height, string style, string title, (double X, double Y) at)
    {
        const string Names = "http://www.w3.org/2000/svg";
        Line($"""<svg xmlns="{Names}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">""");
        Line($"<title>{Escape(title)}</title>");
        text.Append("<style>\n").Append(style).Append("</style>\n");
        Line($"""<rect class="paper" width="{width}" height="{height}" rx="8"/>""");
        Line($"""<text class="title" x="{at.X}" y="{at.Y}">{Escape(title)}</text>""");
    }

    /// <summary>Adds a line.</summary>
    public void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    /// <summary>Escapes text for use between tags.</summary>
    public static string Escape(string text) => SecurityElement.Escape(text);

    /// <summary>The complete SVG.</summary>
    public override string ToString() => text + "</svg>\n";
}
