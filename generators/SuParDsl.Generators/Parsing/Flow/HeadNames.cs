using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>Reports a size of heads that is named as their number (SUP126).</summary>
internal static class HeadNames
{
    private static readonly HashSet<string> Counts = new(StringComparer.OrdinalIgnoreCase)
    {
        "heads", "nhead", "nheads", "numhead", "numheads", "numberofheads", "headcount", "headscount", "attentionheads",
        "kvheads", "numkvheads", "nkvheads", "keyheads", "queryheads",
    };

    public static void Check(DeclarationContext context, HeadsNode heads, Shape? input)
    {
        if (heads.Argument is not (IdentifierNameSyntax or MemberAccessExpressionSyntax) || NameOf(heads.Argument) is not { } name
            || !Counts.Contains(name.Replace("_", string.Empty)))
        {
            return;
        }

        var text = UserSyntax.OneLine(heads.Argument);
        var width = input is null ? null : PolynomialText.CSharp(input.FromEnd(1), size => context.Find(size)?.Code);
        var code = width is null ? null : $"{width} / {text}";
        context.Findings.Add(Diagnostic.Create(
            Descriptors.HeadsByCount, heads.Argument.GetLocation(),
            code is null ? null : ImmutableDictionary<string, string?>.Empty.Add(Descriptors.Remedy, code),
            text, code ?? $"width / {text}"));
    }

    private static string? NameOf(ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        _ => null,
    };
}
