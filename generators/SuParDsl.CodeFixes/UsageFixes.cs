using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Usage;

namespace SuParDsl.CodeFixes;

/// <summary>Fixes ordinary code that builds and trains models.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class UsageFixes() : FixProvider(
    (Descriptors.SparsityAsDensity, Complement),
    (Descriptors.OwnInitialization, RemoveCall),
    (Descriptors.CoupledDecay, UseAdamW),
    (Descriptors.PlainOptimizer, UseModelsOptimizer),
    (Descriptors.LargeEpsilon, RemoveArgument),
    (Descriptors.LongWarmup, SwapSteps),
    (Descriptors.TorchSurprise, ShapeFixes.WriteRemedy))
{
    private static readonly ImmutableDictionary<string, string> Names = ImmutableDictionary<string, string>.Empty
        .Add("lr", "lr").Add("learningRate", "lr").Add("beta1", "beta1").Add("beta2", "beta2").Add("eps", "eps")
        .Add("weight_decay", "weightDecay")
        .Add("momentum", "momentum").Add("dampening", "dampening").Add("nesterov", "nesterov");

    private static IEnumerable<Fix> Complement(SyntaxNode node, Diagnostic diagnostic)
    {
        if (node is ArgumentSyntax argument)
        {
            node = argument.Expression;
        }

        if (node is BinaryExpressionSyntax complement)
        {
            yield return new(
                $"Pass {complement.Right}", [Edits.Replace(complement, complement.Right.ToString())]) { Key = "complement" };
        }
        else if (node is IdentifierNameSyntax or MemberAccessExpressionSyntax)
        {
            yield return new($"Pass 1 - {node}", [Edits.Insert(node.SpanStart, "1 - ")]) { Key = "complement" };
        }
    }

    private static IEnumerable<Fix> RemoveCall(SyntaxNode node, Diagnostic diagnostic)
    {
        if (Edits.Around<InvocationExpressionSyntax>(node)
            is { Parent: ExpressionStatementSyntax { Parent: BlockSyntax } statement })
        {
            yield return new("Remove the call", [Edits.Remove(statement)]);
        }
    }

    private static IEnumerable<Fix> UseAdamW(SyntaxNode node, Diagnostic diagnostic)
    {
        if (Edits.Around<InvocationExpressionSyntax>(node)
            is { Expression: MemberAccessExpressionSyntax { Name: IdentifierNameSyntax name } })
        {
            yield return new("Use AdamW", [Edits.Replace(name, "AdamW")]);
        }
    }

    private static IEnumerable<Fix> SwapSteps(SyntaxNode node, Diagnostic diagnostic)
    {
        if (Edits.Around<BaseObjectCreationExpressionSyntax>(node) is { ArgumentList.Arguments: [{ NameColon: null } warmup,
            { NameColon: null } steps, ..] } && warmup.ToString() != steps.ToString())
        {
            yield return new(
                $"Write new Schedule({steps}, {warmup}, …)",
                [Edits.Replace(warmup, steps.ToString()), Edits.Replace(steps, warmup.ToString())])
            {
                Key = "swap",
            };
        }
    }

    private static IEnumerable<Fix> RemoveArgument(SyntaxNode node, Diagnostic diagnostic)
    {
        if (Edits.Around<ArgumentSyntax>(node) is { NameColon: not null, Parent: ArgumentListSyntax list } argument
            && list.Arguments.IndexOf(argument) is > 0 and var index)
        {
            yield return new(
                "Omit eps", [new(TextSpan.FromBounds(list.Arguments[index - 1].Span.End, argument.Span.End), string.Empty)]);
        }
    }

    // The arguments have the same order but other names, and the learning rate has no default.
    private static IEnumerable<Fix> UseModelsOptimizer(SyntaxNode node, Diagnostic diagnostic)
    {
        if (!diagnostic.Properties.TryGetValue(Descriptors.Remedy, out var replacement)
            || node.Parent is not InvocationExpressionSyntax { ArgumentList.Arguments: { Count: > 0 } arguments } call
            || arguments[0] is not { NameColon: null, Expression: InvocationExpressionSyntax })
        {
            yield break;
        }

        ArgumentSyntax[] options = [.. arguments.Skip(1)];
        if (options.Any(static o => o.NameColon is { } colon && !Names.ContainsKey(colon.Name.Identifier.ValueText)))
        {
            yield break;
        }

        var hasRate = options.Length > 0 && (options[0].NameColon is null || options.Any(static o => Option(o) == "lr"));
        var changes = ImmutableArray.CreateBuilder<TextChange>();
        changes.Add(Edits.Replace(call.Expression, replacement!));
        changes.Add(new(
            TextSpan.FromBounds(arguments[0].SpanStart, options.Length > 0 ? options[0].SpanStart : arguments[0].Span.End),
            hasRate ? string.Empty : options.Length > 0 ? "lr: 1e-3, " : "lr: 1e-3"));
        changes.AddRange(options.Where(static o => o.NameColon is not null)
            .Select(static o => Edits.Replace(o.NameColon!.Name, Option(o)!)));
        yield return new($"Use {replacement}(…)", changes.ToImmutable()) { Key = "model" };
    }

    private static string? Option(ArgumentSyntax argument) =>
        argument.NameColon is { } colon ? Names[colon.Name.Identifier.ValueText] : null;
}
