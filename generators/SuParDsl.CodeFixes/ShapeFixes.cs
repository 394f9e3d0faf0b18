using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;

namespace SuParDsl.CodeFixes;

/// <summary>Fixes how flows connect layers.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class ShapeFixes() : FixProvider(
    (Descriptors.SumPiped, Parenthesize),
    (Descriptors.UnusedLayer, RemoveLayer),
    (Descriptors.UnusedValue, RemoveLocal),
    (Descriptors.FlowCalled, CallForward),
    (Descriptors.NotFlow, WriteRemedy),
    (Descriptors.HeadsByCount, WriteRemedy))
{
    private static IEnumerable<Fix> Parenthesize(SyntaxNode node, Diagnostic diagnostic)
    {
        if (Edits.Around<BinaryExpressionSyntax>(node) is not { Parent: BinaryExpressionSyntax pipe } sum
            || !pipe.IsKind(SyntaxKind.BitwiseOrExpression))
        {
            yield break;
        }

        var top = pipe;
        while (top.Parent is BinaryExpressionSyntax outer && outer.IsKind(SyntaxKind.BitwiseOrExpression) && outer.Left == top)
        {
            top = outer;
        }

        if (pipe.Left == sum)
        {
            yield return new(
                $"Pipe only the last term: a {sum.OperatorToken.Text} (b | …)",
                [Edits.Insert(sum.Right.SpanStart, "("), Edits.Insert(top.Span.End, ")")]);
            yield return new(
                $"Pipe the whole: (a {sum.OperatorToken.Text} b) | …",
                [Edits.Insert(sum.SpanStart, "("), Edits.Insert(sum.Span.End, ")")]);
        }
        else if (top == pipe)
        {
            ExpressionSyntax first = sum;
            while (first is BinaryExpressionSyntax { Left: var left })
            {
                first = left;
            }

            yield return new(
                $"End the pipe before the {sum.OperatorToken.Text}",
                [Edits.Insert(pipe.SpanStart, "("), Edits.Insert(first.Span.End, ")")]);
        }
    }

    internal static IEnumerable<Fix> WriteRemedy(SyntaxNode node, Diagnostic diagnostic)
    {
        if (diagnostic.Properties.TryGetValue(Descriptors.Remedy, out var remedy) && remedy is not null)
        {
            yield return new($"Write {remedy}", [new(diagnostic.Location.SourceSpan, remedy)]) { Key = "remedy" };
        }
    }

    private static IEnumerable<Fix> RemoveLayer(SyntaxNode node, Diagnostic diagnostic)
    {
        if (Edits.Around<PropertyDeclarationSyntax>(node) is { } layer)
        {
            yield return new("Remove the layer", [Edits.Remove(layer)]);
        }
    }

    private static IEnumerable<Fix> RemoveLocal(SyntaxNode node, Diagnostic diagnostic)
    {
        if (Edits.Around<LocalDeclarationStatementSyntax>(node) is { Declaration.Variables.Count: 1 } local)
        {
            yield return new("Remove the local", [Edits.Remove(local)]);
        }
    }

    private static IEnumerable<Fix> CallForward(SyntaxNode node, Diagnostic diagnostic)
    {
        var callee = node is InvocationExpressionSyntax call ? call.Expression : node;
        if ((callee is MemberAccessExpressionSyntax member ? member.Name : callee) is IdentifierNameSyntax name)
        {
            yield return new("Write call", [Edits.Replace(name, "call")]);
        }
    }
}
