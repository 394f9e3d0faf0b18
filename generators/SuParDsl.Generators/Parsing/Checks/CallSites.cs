using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Expressions;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Checks;

/// <summary>
/// Constants in ordinary code that builds models: <c>new Gpt(width: 0, mlp: 1.5)</c> and <c>Gpt.Base with { Mlp = 1 / 128 }</c>.
/// </summary>
internal static class CallSites
{
    private const Microsoft.CodeAnalysis.Operations.ArgumentKind Explicit =
        Microsoft.CodeAnalysis.Operations.ArgumentKind.Explicit;

    /// <summary>The arguments of a model's own constructor, or of its record of sizes.</summary>
    public static void Check(IObjectCreationOperation creation, Action<Diagnostic> report)
    {
        if (creation.Type is not INamedTypeSymbol type || !(IsModel(type) || (type.IsRecord && !IsInDeclaration(creation))))
        {
            return;
        }

        foreach (var argument in creation.Arguments)
        {
            if (argument is { ArgumentKind: Explicit, Parameter: { } parameter })
            {
                Check(parameter, argument.Value, $"'{parameter.Name}' of '{type.Name}'", report);
            }
        }
    }

    /// <summary>A property of a model's record of sizes.</summary>
    public static void Check(ISimpleAssignmentOperation assignment, Action<Diagnostic> report)
    {
        if (assignment.Target is IPropertyReferenceOperation { Property: var property }
            && RecordSymbols.ParameterOf(property) is { } parameter
            && !(parameter.ContainingType.IsRecord && IsInDeclaration(assignment)))
        {
            Check(parameter, assignment.Value, $"'{property.Name}' of '{parameter.ContainingType.Name}'", report);
        }
    }

    private static bool IsModel(INamedTypeSymbol type) =>
        KnownNames.IsLibraryType(type.BaseType, "Model") && KnownNames.Has(type, KnownNames.Model);

    // Arguments of layers inside a declaration are checked by LayerArguments.
    private static bool IsInDeclaration(IOperation operation) =>
        operation.Syntax.FirstAncestorOrSelf<PropertyDeclarationSyntax>()?.Parent is TypeDeclarationSyntax around
        && operation.SemanticModel?.GetDeclaredSymbol(around) is INamedTypeSymbol type && KnownNames.IsDeclaration(type);

    private static void Check(IParameterSymbol parameter, IOperation value, string owner, Action<Diagnostic> report)
    {
        if (value.ConstantValue is not { HasValue: true, Value: { } constant } || value.Syntax is not ExpressionSyntax syntax)
        {
            return;
        }

        if (ParameterMarks.Find(parameter, KnownNames.Density) is not null && constant is double density)
        {
            var dividend = UserSyntax.Unwrap(syntax) is BinaryExpressionSyntax { OperatorToken.Text: "/" } division
                ? value.SemanticModel?.GetConstantValue(division.Left) : null;
            var isIntegerDivision = dividend is { HasValue: true, Value: int and not 0 };
            DensityRange.Check(syntax, density, isIntegerDivision, owner, report);
        }
        else if (constant is int and <= 0
            && (ParameterMarks.Find(parameter, KnownNames.MuWidth)
                ?? ParameterMarks.Find(parameter, KnownNames.MuDepth)) is not null)
        {
            report(Diagnostic.Create(
                Descriptors.NotPositive, syntax.GetLocation(), parameter.Name, parameter.ContainingType.Name,
                Rational.Text((int)constant)));
        }
    }
}
