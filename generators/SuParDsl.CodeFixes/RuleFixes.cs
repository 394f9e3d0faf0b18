using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Syntax;

namespace SuParDsl.CodeFixes;

/// <summary>
/// Fixes what contradicts the rule: factors written by hand, attributes of the wrong kind, contradicting sizes.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class RuleFixes() : FixProvider(
    (Descriptors.InputContradicts, NameSize),
    (Descriptors.HandMadeReadout, RemoveFactor),
    (Descriptors.HandMadeScale, RemoveFactor),
    (Descriptors.UnscaledBranch, ScaleBranch),
    (Descriptors.SwappedMarks, SwapMark),
    (Descriptors.UniformSparse, static (node, _) => SparsityFixes.RemoveArgument(node, "Distribution")),
    (Descriptors.MethodAndRule, FollowRule))
{
    private static IEnumerable<Fix> NameSize(SyntaxNode node, Diagnostic diagnostic)
    {
        if (diagnostic.Properties.TryGetValue(Descriptors.Remedy, out var name) && name is not null)
        {
            yield return new($"Write {name}", [Edits.Replace(node, name)]);
        }
    }

    private static IEnumerable<Fix> RemoveFactor(SyntaxNode node, Diagnostic diagnostic)
    {
        var factor = node;
        while (factor.Parent is ParenthesizedExpressionSyntax around)
        {
            factor = around;
        }

        if (factor.Parent is BinaryExpressionSyntax product)
        {
            yield return new("Remove the factor",
                [Edits.Replace(product, (product.Left == factor ? product.Right : product.Left).ToString())]);
        }
    }

    private static IEnumerable<Fix> ScaleBranch(SyntaxNode node, Diagnostic diagnostic)
    {
        if (Edits.Around<BinaryExpressionSyntax>(node) is { } add && Edits.Around<MethodDeclarationSyntax>(add) is { } forward)
        {
            var isLeft = UserSyntax.Unwrap(add.Left) is IdentifierNameSyntax name
                && forward.ParameterList.Parameters.Any(p => p.Identifier.ValueText == name.Identifier.ValueText);
            var branch = isLeft ? add.Right : add.Left;
            yield return new("Scale the branch with ResidualScale", [Edits.Replace(branch, $"(ResidualScale * {branch})")]);
        }
    }

    private static IEnumerable<Fix> SwapMark(SyntaxNode node, Diagnostic diagnostic)
    {
        if (diagnostic.AdditionalLocations is [{ SourceTree: { } tree } place, ..]
            && Edits.Around<ParameterSyntax>(tree.GetRoot().FindNode(place.SourceSpan)) is { } parameter
            && (Edits.Find(parameter.AttributeLists, "MuWidth") ?? Edits.Find(parameter.AttributeLists, "MuDepth")) is { } mark)
        {
            var other = Edits.NameOf(mark) == "MuWidth" ? "MuDepth" : "MuWidth";
            yield return new($"Mark '{parameter.Identifier.ValueText}' [{other}]", [Edits.Replace(mark.Name, other)])
            {
                Tree = tree,
                Key = "swap",
            };
        }
    }

    private static IEnumerable<Fix> FollowRule(SyntaxNode node, Diagnostic diagnostic)
    {
        if (diagnostic.AdditionalLocations is [{ SourceTree: { } tree } place, ..]
            && diagnostic.Properties.TryGetValue(Descriptors.Remedy, out var rule) && rule is not null
            && Edits.Around<ParameterSyntax>(tree.GetRoot().FindNode(place.SourceSpan)) is { Default.Value: { } given })
        {
            yield return new($"Follow {rule} by default", [given is MemberAccessExpressionSyntax member
                ? Edits.Replace(member.Name, rule)
                : Edits.Replace(given, $"Rule.{rule}")])
            {
                Tree = tree,
            };
        }
    }
}
