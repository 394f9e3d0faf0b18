using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Syntax;

namespace SuParDsl.Generators.Parsing.Expressions;

/// <summary>
/// Copies an expression of the user's into the emitted part. It reads the same, but names that depend on the file's using
/// directives are written in full.
/// </summary>
internal static class ExpressionText
{
    private static readonly SymbolDisplayFormat WithoutArguments =
        SymbolDisplayFormat.FullyQualifiedFormat.WithGenericsOptions(SymbolDisplayGenericsOptions.None);

    /// <param name="context">The declaration.</param>
    /// <param name="expression">The expression.</param>
    /// <param name="rewrite">What a name that is a parameter becomes; null leaves it.</param>
    public static string Copy(
        DeclarationContext context, ExpressionSyntax expression, Func<Parameter, string?>? rewrite = null) =>
        Copy(context, expression, rewrite, isInFull: true);

    private static string Copy(
        DeclarationContext context, SyntaxNode expression, Func<Parameter, string?>? rewrite, bool isInFull)
    {
        var model = context.ModelOf(expression);
        var text = new StringBuilder();
        var end = -1;
        foreach (var token in expression.DescendantTokens().Where(token => token.SpanStart >= end))
        {
            if (end >= 0 && token.SpanStart > end)
            {
                text.Append(' ');
            }

            if (isInFull && Extended(context, model, expression, token) is var (whole, method))
            {
                text.Append(WriteExtension(context, whole, method, rewrite));
                end = whole.Span.End;
                continue;
            }

            var (written, last) = token.Parent is IdentifierNameSyntax { Parent: AliasQualifiedNameSyntax qualified } alias
                && qualified.Alias == alias && isInFull
                    ? (WriteQualified(context, model, qualified), qualified.Span.End)
                : token.Parent is { Parent: MemberAccessExpressionSyntax access }
                && context.RecordMember(access) is not null
                && access.Expression == token.Parent
                    ? (WriteSize(context, access, rewrite, isInFull) ?? token.Text, access.Span.End)
                : token.Parent is SimpleNameSyntax name && token == name.Identifier && StandsAlone(name)
                    ? (WriteSize(context, name, rewrite, isInFull) ?? (isInFull ? Write(context, model, name) : token.Text),
                        token.Span.End)
                : (token.Text, token.Span.End);
            text.Append(written);
            end = last;
        }

        return text.ToString();
    }

    /// <summary>The parameters of the class that an expression reads, each once.</summary>
    public static IReadOnlyList<Parameter> ParametersIn(DeclarationContext context, SyntaxNode expression)
    {
        var found = new List<Parameter>();
        Collect(context, expression, found);
        return found;
    }

    /// <summary>An expression on one line as the table and messages say it: <c>4 * Width</c> for <c>4 * s.Width</c>.</summary>
    public static string InWords(DeclarationContext context, ExpressionSyntax expression) =>
        Copy(context, expression, static parameter => parameter.IsOfRecord ? parameter.Name : null, isInFull: false);

    private static void Collect(DeclarationContext context, SyntaxNode node, List<Parameter> found)
    {
        if (node is ExpressionSyntax && (node is not SimpleNameSyntax name || StandsAlone(name)))
        {
            if (context.ParameterAt(node) is { } parameter && !found.Contains(parameter))
            {
                found.Add(parameter);
            }

            if (context.DerivedAt(node) is { } derived)
            {
                Collect(context, derived.Expression, found);
            }
        }

        if (node is IdentifierNameSyntax or LiteralExpressionSyntax)
        {
            return;
        }

        foreach (var child in node.ChildNodesAndTokens())
        {
            if (child.AsNode() is { } inner)
            {
                Collect(context, inner, found);
            }
        }
    }

    /// <summary>
    /// A size of the record: as the class reads it, or what it becomes; a derived one that becomes another is written out.
    /// </summary>
    private static string? WriteSize(
        DeclarationContext context, ExpressionSyntax size, Func<Parameter, string?>? rewrite, bool isInFull) =>
        context.ParameterAt(size) is { } parameter ? rewrite?.Invoke(parameter) ?? parameter.Code
        : context.DerivedAt(size) is not { } derived ? context.RecordMember(size) is { } member
            && size is MemberAccessExpressionSyntax
            ? $"{context.Record!.Identifier}.{UserSyntax.Escape(member)}" : null
        : rewrite is null ? $"{context.Record!.Identifier}.{UserSyntax.Escape(derived.Name)}"
        : $"({Copy(context, derived.Expression, rewrite, isInFull)})";

    private static bool StandsAlone(SimpleNameSyntax name) => name.Parent switch
    {
        MemberAccessExpressionSyntax access => access.Expression == name,
        QualifiedNameSyntax qualified => qualified.Left == name,
        AliasQualifiedNameSyntax or NameColonSyntax or NameEqualsSyntax or MemberBindingExpressionSyntax => false,
        AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax } assignment => assignment.Left != name,
        _ => true,
    };

    /// <summary>The use of an extension member that starts with a token; the outermost where several do.</summary>
    private static (ExpressionSyntax Whole, ISymbol Member)? Extended(
        DeclarationContext context, SemanticModel model, SyntaxNode expression, SyntaxToken token)
    {
        (ExpressionSyntax, ISymbol)? found = null;
        for (var node = token.Parent; node is not null && node.SpanStart == token.SpanStart; node = node.Parent)
        {
            if (node is MemberAccessExpressionSyntax access && context.RecordMember(access) is null)
            {
                var whole = access.Parent is InvocationExpressionSyntax call ? (ExpressionSyntax)call : access;
                found = model.GetSymbolInfo(whole, context.Cancellation).Symbol is { } member && IsExtension(member)
                    ? (whole, member) : found;
            }

            if (node == expression)
            {
                break;
            }
        }

        return found;
    }

    /// <summary>An extension method, or a member of an extension block: the type around that one has no name.</summary>
    private static bool IsExtension(ISymbol member) => member is IMethodSymbol { ReducedFrom: not null }
        || member is { IsStatic: false, ContainingType: { CanBeReferencedByName: false, ContainingType.IsStatic: true } };

    /// <summary>A use of an extension member as the call of a static method, which needs no using directive.</summary>
    private static string WriteExtension(
        DeclarationContext context, ExpressionSyntax whole, ISymbol member, Func<Parameter, string?>? rewrite)
    {
        var call = whole as InvocationExpressionSyntax;
        var access = (MemberAccessExpressionSyntax)(call?.Expression ?? whole);
        var container = member is IMethodSymbol { ReducedFrom: not null } ? member.ContainingType
            : member.ContainingType.ContainingType;
        ReachChecks.CheckName(context, access.Name, container);
        var arguments = (call?.ArgumentList.Arguments ?? default)
            .Select(argument => Copy(context, argument, rewrite, isInFull: true));
        var name = member is IPropertySymbol ? "get_" + access.Name.Identifier.Text : access.Name.Identifier.Text;
        var types = access.Name is GenericNameSyntax generic
            ? Copy(context, generic.TypeArgumentList, rewrite, isInFull: true) : string.Empty;
        var all = arguments.Prepend(Copy(context, access.Expression, rewrite, isInFull: true));
        return $"{Prefix(container)}{name}{types}({string.Join(", ", all)})";
    }

    /// <summary>
    /// A name after an alias, which is written in full, because the emitted file knows no alias but <c>global</c>.
    /// </summary>
    private static string WriteQualified(DeclarationContext context, SemanticModel model, AliasQualifiedNameSyntax name) =>
        model.GetSymbolInfo(name, context.Cancellation).Symbol?.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)
            ?? name.ToString();

    private static string Write(DeclarationContext context, SemanticModel model, SimpleNameSyntax name)
    {
        if (model.GetAliasInfo(name, context.Cancellation) is { Target: { } target })
        {
            ReachChecks.CheckName(context, name, target);
            return target.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        }

        var symbol = model.GetSymbolInfo(name, context.Cancellation).Symbol;
        if (symbol is INamedTypeSymbol or { IsStatic: true })
        {
            ReachChecks.CheckName(context, name, symbol);
        }

        return symbol switch
        {
            INamespaceSymbol or INamedTypeSymbol { SpecialType: SpecialType.None, IsGenericType: false } =>
                symbol.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
            INamedTypeSymbol { IsGenericType: true, ContainingType: { } container } => Prefix(container) + name.Identifier.Text,
            INamedTypeSymbol { IsGenericType: true } => symbol.ToDisplayString(WithoutArguments),
            { IsStatic: true, ContainingType: { } container } when IsForeign(context, container) =>
                Prefix(container) + name.Identifier.Text,
            _ => name.Identifier.Text,
        };
    }

    private static string Prefix(INamedTypeSymbol container) =>
        container.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat) + ".";

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
