using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Symbols;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>Decides, as C# does, whether a name means a flow operation or a member of the user with the same name.</summary>
internal static class FlowOpNames
{
    private const string Owner = "FlowOps";

    /// <summary>
    /// The function that an expression names: <c>Relu</c>, <c>FlowOps.Relu</c>, or through an alias; null if it names none.
    /// </summary>
    public static string? Of(DeclarationContext context, ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax { Identifier.ValueText: var word } name
            when FlowOpTable.IsFunction(word) && !IsHidden(context, name, word) => word,
        MemberAccessExpressionSyntax { Name: IdentifierNameSyntax { Identifier.ValueText: var word } } access
            when FlowOpTable.IsFunction(word) && IsOwner(context, access.Expression) => word,
        _ => null,
    };

    /// <summary>An extension method of the user with the name of an operation on tensors; null if there is none.</summary>
    public static IMethodSymbol? Rival(DeclarationContext context, MemberAccessExpressionSyntax access)
    {
        var word = access.Name.Identifier.ValueText;
        if (context.Library.Extension(word) is not { } rival)
        {
            return null;
        }

        var seen = context.ModelOf(access).LookupSymbols(
            access.SpanStart, rival.Parameters[0].Type, word, includeReducedExtensionMethods: true);
        return seen.OfType<IMethodSymbol>()
            .FirstOrDefault(static method =>
                method.ReducedFrom is not null && !KnownNames.IsLibraryType(method.ContainingType, Owner));
    }

    /// <summary>Whether a member of the user hides an operation.</summary>
    private static bool IsHidden(DeclarationContext context, IdentifierNameSyntax name, string word)
    {
        // Most projects declare no member with the name of a flow operation, which is known without binding any code.
        if (!context.Library.Declares(word))
        {
            return false;
        }

        var isCalled = name.Parent is InvocationExpressionSyntax;
        var seen = context.ModelOf(name).LookupSymbols(name.SpanStart, name: word)
            .Where(symbol => !isCalled || symbol is IMethodSymbol || TypeOf(symbol)?.TypeKind == TypeKind.Delegate).ToList();
        return seen.Count > 0 && !seen.Any(static symbol => KnownNames.IsLibraryType(symbol.ContainingType, Owner));
    }

    private static ITypeSymbol? TypeOf(ISymbol symbol) => symbol switch
    {
        IPropertySymbol property => property.Type,
        IFieldSymbol field => field.Type,
        _ => null,
    };

    /// <summary>
    /// Whether an expression names the class FlowOps. It is bound on its own, which does not bind the whole flow.
    /// </summary>
    public static bool IsOwner(DeclarationContext context, ExpressionSyntax expression) =>
        expression is NameSyntax or MemberAccessExpressionSyntax
        && context.ModelOf(expression).GetSpeculativeSymbolInfo(
            expression.SpanStart, expression, SpeculativeBindingOption.BindAsExpression).Symbol is INamedTypeSymbol type
        && KnownNames.IsLibraryType(type, Owner);
}
