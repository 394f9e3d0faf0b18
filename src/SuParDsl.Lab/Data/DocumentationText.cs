using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace SuParDsl.Lab.Data;

/// <summary>
/// Extracts prose from the XML documentation files that compilers write: one paragraph for every summary, remark, parameter and
/// so on.
/// </summary>
internal static partial class DocumentationText
{
    private const int MinLength = 40;

    /// <summary>
    /// The paragraphs of a documentation file, in order, without those that are not English prose (signatures, tables,
    /// fragments).
    /// </summary>
    /// <exception cref="XmlException">The file is not well-formed XML.</exception>
    public static IEnumerable<string> Paragraphs(Stream xml) =>
        XDocument.Load(xml).Descendants("member")
            .SelectMany(static member => member.Elements())
            .Where(static element => element.Name.LocalName is "summary" or "remarks" or "param" or "typeparam" or "returns"
                or "value" or "exception")
            .Select(static element => Clean(Flatten(element)))
            .Where(IsProse);

    private static string Flatten(XElement element)
    {
        var text = new StringBuilder();
        foreach (var node in element.Nodes())
        {
            text.Append(node switch
            {
                XText part => part.Value,
                XElement child => Inline(child),
                _ => string.Empty,
            });
        }

        return text.ToString();
    }

    private static string Inline(XElement element) => element.Name.LocalName switch
    {
        "see" or "seealso" when element.IsEmpty => Reference(element),
        "paramref" or "typeparamref" => element.Attribute("name")?.Value ?? string.Empty,
        "code" => string.Empty,
        "para" or "item" or "br" => $" {Flatten(element)} ",
        _ => Flatten(element),
    };

    private static string Reference(XElement see) =>
        see.Attribute("langword")?.Value
        ?? (see.Attribute("cref")?.Value is { } target ? ShortName(target) : see.Attribute("href")?.Value ?? string.Empty);

    /// <summary>
    /// Shortens a reference: <c>M:System.String.Concat(System.Object)</c> becomes <c>String.Concat</c>, and
    /// <c>T:System.String</c> becomes <c>String</c>.
    /// </summary>
    internal static string ShortName(string target)
    {
        var kind = target.Length > 2 && target[1] == ':' ? target[0] : 'T';
        var name = target.Length > 2 && target[1] == ':' ? target[2..] : target;
        name = Arity().Replace(name.Split('(', '~')[0], string.Empty);
        var parts = name.Split('.', StringSplitOptions.RemoveEmptyEntries);
        return kind switch
        {
            'M' when name.EndsWith("#ctor", StringComparison.Ordinal) && parts.Length > 1 => parts[^2],
            'M' or 'P' or 'F' or 'E' => string.Join('.', parts.TakeLast(2)),
            'N' => name,
            _ => parts.LastOrDefault(string.Empty),
        };
    }

    private static string Clean(string text)
    {
        var plain = text.Replace('\u2019', '\'').Replace('\u2018', '\'').Replace('\u201c', '"').Replace('\u201d', '"')
            .Replace('\u2013', '-').Replace('\u2014', '-').Replace('\u00a0', ' ');
        return SpaceBeforeStop().Replace(Spaces().Replace(plain, " ").Trim(), "$1");
    }

    private static bool IsProse(string text) =>
        text.Length >= MinLength
        && text.EndsWith('.')
        && text.All(static c => c is >= ' ' and <= '~')
        && !text.Contains("__", StringComparison.Ordinal)
        && text.Count(static c => char.IsAsciiLetter(c) || c == ' ') >= 0.92 * text.Length;

    [GeneratedRegex(@"``?\d+")]
    private static partial Regex Arity();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@" ([.,;:])(?=\s|$)")]
    private static partial Regex SpaceBeforeStop();
}
