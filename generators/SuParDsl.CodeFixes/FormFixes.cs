using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;

namespace SuParDsl.CodeFixes;

/// <summary>Fixes the form of declarations.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class FormFixes() : FixProvider(
    (Descriptors.NotPartial, AddPartial),
    (Descriptors.ContainerNotPartial, AddPartial),
    (Descriptors.ModelAndBlock, static (node, _) => RemoveOneOf(node, "Block", "Model")),
    (Descriptors.FlowAndForward, RemoveFlowOrForward),
    (Descriptors.SecondFlow, RemoveFlowAttribute),
    (Descriptors.NotInPlace, ConstructInPlace),
    (Descriptors.Conflicting, static (node, _) => RemoveOneOf(node, "Dense", "Sparse")),
    (Descriptors.NoEffect, RemoveAttribute))
{
    internal static IEnumerable<Fix> RemoveAttribute(SyntaxNode node, Diagnostic diagnostic)
    {
        if (Edits.Around<AttributeSyntax>(node) is { } attribute)
        {
            yield return new($"Remove [{Edits.NameOf(attribute)}]", [Edits.Remove(attribute)]);
        }
    }

    private static IEnumerable<Fix> AddPartial(SyntaxNode node, Diagnostic diagnostic)
    {
        if (Edits.Around<TypeDeclarationSyntax>(node) is { } type && !type.Modifiers.Any(SyntaxKind.PartialKeyword))
        {
            yield return new("Add partial", [Edits.Insert(type.Keyword.SpanStart, "partial ")]);
        }
    }

    private static IEnumerable<Fix> RemoveOneOf(SyntaxNode node, params string[] names)
    {
        if (Edits.Around<MemberDeclarationSyntax>(node) is not { } member)
        {
            yield break;
        }

        foreach (var name in names)
        {
            if (Edits.Find(member.AttributeLists, name) is { } attribute)
            {
                yield return new($"Remove [{name}]", [Edits.Remove(attribute)]);
            }
        }
    }

    private static IEnumerable<Fix> RemoveFlowOrForward(SyntaxNode node, Diagnostic diagnostic)
    {
        if (Edits.Around<MethodDeclarationSyntax>(node) is not { Parent: TypeDeclarationSyntax type } flow)
        {
            yield break;
        }

        if (type.Members.OfType<MethodDeclarationSyntax>()
            .FirstOrDefault(static m => m.Identifier.ValueText == "forward") is { } forward)
        {
            yield return new("Remove forward", [Edits.Remove(forward)]);
        }

        yield return new("Remove the flow", [Edits.Remove(flow)]);
    }

    private static IEnumerable<Fix> RemoveFlowAttribute(SyntaxNode node, Diagnostic diagnostic)
    {
        if (Edits.Around<MethodDeclarationSyntax>(node) is { } flow && Edits.Find(flow.AttributeLists, "Flow") is { } attribute)
        {
            yield return new("Remove [Flow]", [Edits.Remove(attribute)]);
        }
    }

    // A setter is removed; a field or a computed property becomes an initialized get-only property.
    private static IEnumerable<Fix> ConstructInPlace(SyntaxNode node, Diagnostic diagnostic)
    {
        const string Title = "Make it a get-only property that is constructed here";
        switch (Edits.Around<MemberDeclarationSyntax>(node))
        {
            case PropertyDeclarationSyntax { AccessorList: { } accessors,
                Initializer.Value: BaseObjectCreationExpressionSyntax } when accessors.Accessors
                .Any(static a => a.IsKind(SyntaxKind.SetAccessorDeclaration) || a.IsKind(SyntaxKind.InitAccessorDeclaration)):
                yield return new(Title, [Edits.Replace(accessors, "{ get; }")]);
                break;
            case PropertyDeclarationSyntax { ExpressionBody: { Expression: BaseObjectCreationExpressionSyntax } body }:
                yield return new(Title, [Edits.Replace(body.ArrowToken, "{ get; } =")]);
                break;
            case FieldDeclarationSyntax
            {
                Declaration.Variables: [{ Initializer.Value: BaseObjectCreationExpressionSyntax } variable],
            } field:
                var modifiers = string.Concat(field.Modifiers.Where(static m => !m.IsKind(SyntaxKind.ReadOnlyKeyword))
                    .Select(static m => m.Text + " "));
                yield return new(
                    Title,
                    [
                        new(Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(
                            field.Modifiers.Count > 0 ? field.Modifiers[0].SpanStart : field.Declaration.SpanStart,
                            field.Declaration.SpanStart), modifiers),
                        Edits.Insert(variable.Identifier.Span.End, " { get; }"),
                    ]);
                break;
            default:
                break;
        }
    }
}
