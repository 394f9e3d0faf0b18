using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace SuParDsl.CodeFixes;

/// <summary>The text edits from which code fixes are built.</summary>
internal static class Edits
{
    public static TextChange Insert(int position, string text) => new(new TextSpan(position, 0), text);

    public static TextChange Replace(SyntaxNodeOrToken part, string text) => new(part.Span, text);

    /// <summary>
    /// Removes an attribute. If it is the only one in its brackets, the brackets and their line are removed, too.
    /// </summary>
    public static TextChange Remove(AttributeSyntax attribute)
    {
        var list = (AttributeListSyntax)attribute.Parent!;
        var index = list.Attributes.IndexOf(attribute);
        if (list.Attributes.Count > 1)
        {
            return new(
                index == 0
                    ? TextSpan.FromBounds(attribute.SpanStart, list.Attributes[1].SpanStart)
                    : TextSpan.FromBounds(list.Attributes[index - 1].Span.End, attribute.Span.End), string.Empty);
        }

        // Remove up to the next token, so that the next list or the member takes this list's place.
        return new(TextSpan.FromBounds(list.SpanStart, list.GetLastToken().GetNextToken().SpanStart), string.Empty);
    }

    /// <summary>Removes a named argument of an attribute, and the attribute itself if it has no other argument.</summary>
    public static TextChange Remove(AttributeSyntax attribute, string argument)
    {
        var others = attribute.ArgumentList!.Arguments.Where(a => a.NameEquals?.Name.Identifier.ValueText != argument)
            .Select(static a => a.ToString()).ToArray();
        return others.Length == 0 ? Remove(attribute) : Replace(attribute.ArgumentList, $"({string.Join(", ", others)})");
    }

    /// <summary>Removes a member or a statement with its lines. The blank line above it stays.</summary>
    public static TextChange Remove(SyntaxNode node)
    {
        var start = node.FullSpan.Start;
        foreach (var trivia in node.GetLeadingTrivia())
        {
            if (!trivia.IsKind(SyntaxKind.EndOfLineTrivia))
            {
                break;
            }

            start = trivia.Span.End;
        }

        return new(TextSpan.FromBounds(start, node.FullSpan.End), string.Empty);
    }

    /// <summary>The attribute of a declaration by its short name.</summary>
    public static AttributeSyntax? Find(SyntaxList<AttributeListSyntax> lists, string name) =>
        lists.SelectMany(static list => list.Attributes).FirstOrDefault(attribute => NameOf(attribute) == name);

    /// <summary>The short name of an attribute.</summary>
    public static string NameOf(AttributeSyntax attribute)
    {
        var name = attribute.Name is QualifiedNameSyntax qualified
            ? qualified.Right.Identifier.ValueText
            : attribute.Name.ToString();
        return name.EndsWith(nameof(Attribute), StringComparison.Ordinal)
            ? name.Substring(0, name.Length - nameof(Attribute).Length)
            : name;
    }

    public static T? Around<T>(SyntaxNode node)
        where T : SyntaxNode => node.FirstAncestorOrSelf<T>();
}
