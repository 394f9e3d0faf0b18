using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;

namespace SuParDsl.CodeFixes;

/// <summary>Fixes the attributes of sizes.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class ParameterizationFixes() : FixProvider(
    (Descriptors.NoBase, AddBase),
    (Descriptors.BlockBase, DropBase),
    (Descriptors.UnmarkedParameter, MarkWidth),
    (Descriptors.DefaultIsNotBase, DefaultToBase),
    (Descriptors.DepthUnmarked, MarkDepth),
    (Descriptors.LiteralWidth, WriteMultiple))
{
    private static IEnumerable<Fix> AddBase(SyntaxNode node, Diagnostic diagnostic)
    {
        if (Edits.Around<AttributeSyntax>(node) is { } attribute && Edits.Around<ParameterSyntax>(attribute) is { } parameter)
        {
            var name = Edits.NameOf(attribute);
            var number = Default(parameter) ?? (name == "MuDepth" ? "4" : "256");
            yield return new($"Write [{name}({number})]", [attribute.ArgumentList is { } list
                ? Edits.Insert(list.OpenParenToken.Span.End, list.Arguments.Count > 0 ? number + ", " : number)
                : Edits.Insert(attribute.Span.End, $"({number})")]);
        }
    }

    private static IEnumerable<Fix> DropBase(SyntaxNode node, Diagnostic diagnostic)
    {
        if (Edits.Around<AttributeSyntax>(node) is not { ArgumentList: { } list } attribute)
        {
            yield break;
        }

        var others = list.Arguments.Where(argument => argument.NameEquals is not null)
            .Select(static argument => argument.ToString()).ToArray();
        yield return new(
            $"Write [{Edits.NameOf(attribute)}]: a block inherits its base",
            [Edits.Replace(list, others.Length > 0 ? $"({string.Join(", ", others)})" : string.Empty)]);
    }

    private static IEnumerable<Fix> MarkWidth(SyntaxNode node, Diagnostic diagnostic)
    {
        if (diagnostic.AdditionalLocations is [{ SourceTree: { } tree } place, ..]
            && Edits.Around<ParameterSyntax>(tree.GetRoot().FindNode(place.SourceSpan)) is { } parameter)
        {
            yield return new(
                $"Mark '{parameter.Identifier.ValueText}' [MuWidth]", [Edits.Insert(parameter.SpanStart, "[MuWidth] ")])
            {
                Tree = tree,
                Key = "mark",
            };
        }
    }

    private static IEnumerable<Fix> DefaultToBase(SyntaxNode node, Diagnostic diagnostic)
    {
        if (Edits.Around<ParameterSyntax>(node) is { Default: { } given } parameter
            && (Edits.Find(parameter.AttributeLists, "MuWidth") ?? Edits.Find(parameter.AttributeLists, "MuDepth")) is { } mark
            && mark.ArgumentList?.Arguments is [{ NameEquals: null } @base, ..])
        {
            yield return new("Make the default the base", [Edits.Replace(given.Value, @base.Expression.ToString())]);
            yield return new("Remove the default", [new(
                Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(parameter.Identifier.Span.End, given.Span.End), string.Empty)]);
        }
    }

    private static IEnumerable<Fix> MarkDepth(SyntaxNode node, Diagnostic diagnostic)
    {
        var name = (node is ArgumentSyntax argument ? argument.Expression : node) as IdentifierNameSyntax;
        if (Edits.Around<TypeDeclarationSyntax>(node) is { ParameterList: { } parameters } type
            && parameters.Parameters.FirstOrDefault(p => p.Identifier.ValueText == name?.Identifier.ValueText) is { } count)
        {
            var mark = Edits.Find(type.AttributeLists, "Model") is null ? "[MuDepth]" : $"[MuDepth({Default(count) ?? "4"})]";
            yield return new(
                $"Mark '{count.Identifier.ValueText}' {mark}", [Edits.Insert(count.SpanStart, mark + " ")]) { Key = "mark" };
        }
    }

    // The size between two layers is stated twice.
    private static IEnumerable<Fix> WriteMultiple(SyntaxNode node, Diagnostic diagnostic)
    {
        if (diagnostic.Properties.TryGetValue(Descriptors.Remedy, out var size) && size is not null
            && diagnostic.AdditionalLocations is [var next, ..] && next.SourceTree == node.SyntaxTree)
        {
            yield return new($"Write {size}", [new(diagnostic.Location.SourceSpan, size), new(next.SourceSpan, size)])
            {
                Key = "multiple",
            };
        }
    }

    private static string? Default(ParameterSyntax parameter) =>
        parameter.Default?.Value is LiteralExpressionSyntax { Token.Value: int and > 0 } literal ? literal.ToString() : null;
}
