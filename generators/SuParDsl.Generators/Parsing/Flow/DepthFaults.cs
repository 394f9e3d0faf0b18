using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Expressions;
using SuParDsl.Generators.Parsing.Syntax;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>
/// Finds what is wrong in a block only if a Repeat around it scales with depth. The class with the Repeat reports it.
/// </summary>
internal static class DepthFaults
{
    /// <summary>The faults of a flow: branches that it scales itself although the rule scales them, too.</summary>
    public static IEnumerable<Diagnostic> Of(DeclarationContext context, FlowTree flow)
    {
        foreach (var branch in FlowGraph.ResidualAdds(flow.Results).Values)
        {
            if (branch.Value is BinaryNode { Factor: { } factor }
                && ExpressionText.ParametersIn(context, factor.Syntax).Count == 0)
            {
                yield return Diagnostic.Create(
                    Descriptors.HandMadeScale, factor.Syntax.GetLocation(), context.Type.Name, UserSyntax.OneLine(factor.Syntax));
            }
        }
    }

    /// <summary>The faults of a hand-written forward: branches that it adds without <c>ResidualScale</c>.</summary>
    public static IEnumerable<Diagnostic> Of(DeclarationContext context, MethodDeclarationSyntax forward)
    {
        var inputs = new HashSet<string>(
            forward.ParameterList.Parameters.Select(static p => p.Identifier.ValueText), StringComparer.Ordinal);
        if (forward.DescendantNodes().Any(static node => node is IdentifierNameSyntax { Identifier.ValueText: "ResidualScale" }))
        {
            yield break;
        }

        var add = forward.DescendantNodes().OfType<BinaryExpressionSyntax>().FirstOrDefault(IsResidual);
        if (add is not null)
        {
            var branch = UserSyntax.OneLine(IsInput(add.Left) ? add.Right : add.Left);
            yield return Diagnostic.Create(Descriptors.UnscaledBranch, add.GetLocation(), context.Type.Name, branch);
        }

        bool IsResidual(BinaryExpressionSyntax sum) =>
            sum.IsKind(SyntaxKind.AddExpression) && (IsInput(sum.Left) || IsInput(sum.Right));

        bool IsInput(ExpressionSyntax side) =>
            UserSyntax.Unwrap(side) is IdentifierNameSyntax name && inputs.Contains(name.Identifier.ValueText);
    }
}
