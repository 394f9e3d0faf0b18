using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Parsing.Syntax;

namespace SuParDsl.Generators.Usage;

/// <summary>Reports values that are named as sparsities but are used as densities.</summary>
internal static class Sparsities
{
    /// <summary>Checks the name of a density parameter.</summary>
    public static void Check(IParameterSymbol parameter, Action<Diagnostic> report)
    {
        if (Names(parameter.Name, "sparsity") && ParameterMarks.Find(parameter, KnownNames.Density) is not null)
        {
            report(Diagnostic.Create(Descriptors.SparsityAsDensity, parameter.Locations[0], parameter.Name, "rename it"));
        }
    }

    /// <summary>Checks the arguments of models, blocks and <c>[Sparse]</c>.</summary>
    public static void Check(IObjectCreationOperation creation, Action<Diagnostic> report)
    {
        var isAttribute = KnownNames.IsLibraryType(creation.Type, KnownNames.Sparse);
        if (!isAttribute && !(creation.Type is { } type && (type.IsRecord || KnownNames.IsDeclaration(type))))
        {
            return;
        }

        foreach (var argument in creation.Arguments)
        {
            if (argument is { ArgumentKind: Microsoft.CodeAnalysis.Operations.ArgumentKind.Explicit, Parameter: { } parameter }
                && (isAttribute ? parameter.Name == "density"
                    : ParameterMarks.Find(parameter, KnownNames.Density) is not null))
            {
                Check(argument.Value, report);
            }
        }
    }

    /// <summary>Checks the properties of a model's record of sizes.</summary>
    public static void Check(ISimpleAssignmentOperation assignment, Action<Diagnostic> report)
    {
        if (assignment.Target is IPropertyReferenceOperation { Property: var property }
            && RecordSymbols.ParameterOf(property) is { } parameter
            && ParameterMarks.Find(parameter, KnownNames.Density) is not null)
        {
            Check(assignment.Value, report);
        }
    }

    private static void Check(IOperation value, Action<Diagnostic> report)
    {
        while (value is IConversionOperation conversion)
        {
            value = conversion.Operand;
        }

        if (value.Syntax is not ExpressionSyntax syntax || value is IParameterReferenceOperation { Parameter: var own }
            && KnownNames.Has(own, KnownNames.Density))
        {
            return;
        }

        if (NameOf(syntax) is { } name && Names(name, "sparsity"))
        {
            report(Diagnostic.Create(Descriptors.SparsityAsDensity, syntax.GetLocation(), name,
                $"pass 1 - {UserSyntax.OneLine(syntax)}"));
        }
        else if (UserSyntax.Unwrap(syntax) is BinaryExpressionSyntax { OperatorToken.Text: "-",
            Left: LiteralExpressionSyntax { Token.ValueText: "1" or "1.0" } } rest
            && NameOf(rest.Right) is { } density && Names(density, "density"))
        {
            report(Diagnostic.Create(
                Descriptors.SparsityAsDensity, syntax.GetLocation(), UserSyntax.OneLine(rest),
                $"pass {UserSyntax.OneLine(rest.Right)}"));
        }
    }

    private static string? NameOf(ExpressionSyntax expression) => UserSyntax.Unwrap(expression) switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
        _ => null,
    };

    private static bool Names(string name, string what) => name.IndexOf(what, StringComparison.OrdinalIgnoreCase) >= 0;
}
