using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.CodeFixes;

/// <summary>Fixes densities.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class SparsityFixes() : FixProvider(
    (Descriptors.NotSparsifiable, FormFixes.RemoveAttribute),
    (Descriptors.SparseEnd, FormFixes.RemoveAttribute),
    (Descriptors.DensityRange, FromPercent),
    (Descriptors.IntegerDensity, DivideNumbers),
    (Descriptors.DensityType, MakeDouble),
    (Descriptors.UnusedDensity, MakeSparse),
    (Descriptors.MovingPattern, static (node, _) => RemoveArgument(node, "Mask")),
    (Descriptors.NothingToMove, static (node, _) => RemoveArgument(node, "Method")),
    (Descriptors.NotCompressible, static (node, _) => RemoveArgument(node, "Storage")))
{
    internal static IEnumerable<Fix> RemoveArgument(SyntaxNode node, string argument)
    {
        if (Edits.Around<AttributeSyntax>(node) is { ArgumentList: not null } sparse)
        {
            yield return new($"Remove {argument}", [Edits.Remove(sparse, argument)]);
        }
    }

    private static IEnumerable<Fix> FromPercent(SyntaxNode node, Diagnostic diagnostic)
    {
        if (node is LiteralExpressionSyntax { Token.Value: int or double } literal
            && Convert.ToDouble(literal.Token.Value, CultureInfo.InvariantCulture) is >= 5 and <= 100 and var percent)
        {
            var density = NumberText.Of(percent / 100);
            yield return new($"Write {density}", [Edits.Replace(literal, density)]) { Key = "percent" };
        }
    }

    private static IEnumerable<Fix> DivideNumbers(SyntaxNode node, Diagnostic diagnostic)
    {
        var expression = node is ArgumentSyntax argument ? argument.Expression : node;
        while (expression is ParenthesizedExpressionSyntax parenthesized)
        {
            expression = parenthesized.Expression;
        }

        if (expression is BinaryExpressionSyntax { Right: LiteralExpressionSyntax { Token.Value: int } divisor } division)
        {
            yield return new($"Write {division}.0", [Edits.Insert(divisor.Span.End, ".0")]) { Key = "divide" };
        }
    }

    private static IEnumerable<Fix> MakeDouble(SyntaxNode node, Diagnostic diagnostic)
    {
        if (Edits.Around<ParameterSyntax>(node) is { Type: { } type })
        {
            yield return new("Write double", [Edits.Replace(type, "double")]);
        }
    }

    // Offer the fix only for matrices that are certainly hidden: both sizes name a parameter that scales.
    private static IEnumerable<Fix> MakeSparse(SyntaxNode node, Diagnostic diagnostic)
    {
        if (Edits.Around<ParameterSyntax>(node)
            is not { Parent.Parent: TypeDeclarationSyntax { ParameterList: { } parameters } type } density)
        {
            yield break;
        }

        var scaling = parameters.Parameters.Where(static p => Edits.Find(p.AttributeLists, "MuWidth") is not null)
            .Select(static p => p.Identifier.ValueText).ToArray();
        foreach (var layer in type.Members.OfType<PropertyDeclarationSyntax>().Where(IsHidden))
        {
            var indent = layer.GetLeadingTrivia().LastOrDefault(static t => t.IsKind(SyntaxKind.WhitespaceTrivia)).ToString();
            var attribute = $"[Sparse(nameof({density.Identifier.Text}))]\n{indent}";
            yield return new(
                $"Add [Sparse(nameof({density.Identifier.Text}))] to '{layer.Identifier.ValueText}'",
                [Edits.Insert(layer.SpanStart, attribute)]);
        }

        bool IsHidden(PropertyDeclarationSyntax layer) =>
            layer is { Type: IdentifierNameSyntax { Identifier.ValueText: "Linear" },
                Initializer.Value: BaseObjectCreationExpressionSyntax creation }
            && creation.ArgumentList is { Arguments: [var inputs, var outputs, ..] } && Scales(inputs) && Scales(outputs)
            && Edits.Find(layer.AttributeLists, "Sparse") is null && Edits.Find(layer.AttributeLists, "Dense") is null;

        bool Scales(ArgumentSyntax size) =>
            size.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => scaling.Contains(name.Identifier.ValueText));
    }
}
