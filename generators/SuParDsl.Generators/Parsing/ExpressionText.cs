using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SuParDsl.Generators.Parsing;

/// <summary>
/// Copies an expression of the user's into the emitted part. It reads the same, but names that depend on the file's using
/// directives are written in full.
/// </summary>
internal static class ExpressionText
{
    /// <param name="context">The declaration.</param>
    /// <param name="expression">The expression.</param>
    /// <param name="rewrite">What a name that is a parameter becomes; null leaves it.</param>
    public static string Copy(DeclarationContext context, ExpressionSyntax expression, Func<Parameter, string?>? rewrite = null)
    {
        var model = context.ModelOf(expression);
        var text = new StringBuilder();
        var end = -1;
        foreach (var token in expression.DescendantTokens())
        {
            if (end >= 0 && token.SpanStart > end)
            {
                text.Append(' ');
            }

            text.Append(token.Parent is SimpleNameSyntax name && token == name.Identifier && StandsAlone(name)
                ? Write(context, model, name, rewrite)
                : token.Text);
            end = token.Span.End;
        }

        return text.ToString();
    }

    /// <summary>The parameters of the class that an expression reads.</summary>
    public static IEnumerable<Parameter> ParametersIn(DeclarationContext context, SyntaxNode expression) =>
        expression.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Where(StandsAlone)
            .Select(name => context.Find(name.Identifier.ValueText)).OfType<Parameter>().Distinct();

    private static bool StandsAlone(SimpleNameSyntax name) => name.Parent switch
    {
        MemberAccessExpressionSyntax access => access.Expression == name,
        QualifiedNameSyntax qualified => qualified.Left == name,
        AliasQualifiedNameSyntax or NameColonSyntax or NameEqualsSyntax or MemberBindingExpressionSyntax => false,
        AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax } assignment => assignment.Left != name,
        _ => true,
    };

    private static string Write(DeclarationContext context, SemanticModel model, SimpleNameSyntax name, Func<Parameter, string?>? rewrite)
    {
        if (name is IdentifierNameSyntax && context.Find(name.Identifier.ValueText) is { } parameter)
        {
            return rewrite?.Invoke(parameter) ?? name.Identifier.Text;
        }

        var symbol = model.GetSymbolInfo(name, context.Cancellation).Symbol;
        return symbol switch
        {
            INamespaceSymbol or INamedTypeSymbol { SpecialType: SpecialType.None, IsGenericType: false } =>
                symbol.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
            INamedTypeSymbol { IsGenericType: true } type => Prefix(type.ContainingSymbol) + name.Identifier.Text,
            { IsStatic: true, ContainingType: { } container } when IsForeign(context, container) =>
                Prefix(container) + name.Identifier.Text,
            _ => name.Identifier.Text,
        };
    }

    private static string Prefix(ISymbol container) => container is INamespaceSymbol { IsGlobalNamespace: true }
        ? "global::"
        : container.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat) + ".";

    private static bool IsForeign(DeclarationContext context, INamedTypeSymbol container)
    {
        for (INamedTypeSymbol? type = context.Type; type is not null; type = type.ContainingType)
        {
            if (SymbolEqualityComparer.Default.Equals(type, container))
            {
                return false;
            }
        }

        return true;
    }
}
