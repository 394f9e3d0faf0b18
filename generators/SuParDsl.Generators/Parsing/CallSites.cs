using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using SuParDsl.Generators.Diagnostics;

namespace SuParDsl.Generators.Parsing;

/// <summary>
/// Constants in ordinary code that builds models: <c>new Gpt(width: 0, mlp: 1.5)</c> and <c>Gpt.Base with { Mlp = 1 / 128 }</c>.
/// </summary>
internal static class CallSites
{
    /// <summary>The arguments of a model's own constructor.</summary>
    public static void Check(IObjectCreationOperation creation, Action<Diagnostic> report)
    {
        if (creation.Type is not INamedTypeSymbol { BaseType: { } parent } type || !KnownNames.IsOurs(parent, "Model") || !KnownNames.Has(type, KnownNames.Model))
        {
            return;
        }

        foreach (var argument in creation.Arguments
            .Where(static a => a is { ArgumentKind: Microsoft.CodeAnalysis.Operations.ArgumentKind.Explicit, Parameter: not null }))
        {
            Check(argument.Parameter!, argument.Value, $"'{argument.Parameter!.Name}' of '{type.Name}'", report);
        }
    }

    /// <summary>A property of a model's record of sizes.</summary>
    public static void Check(ISimpleAssignmentOperation assignment, Action<Diagnostic> report)
    {
        if (assignment.Target is not IPropertyReferenceOperation { Property: { ContainingType: { Name: "Size", ContainingType: { } model } } property }
            || !KnownNames.Has(model, KnownNames.Model))
        {
            return;
        }

        var parameter = model.InstanceConstructors.SelectMany(static c => c.Parameters)
            .FirstOrDefault(p => string.Equals(p.Name.TrimStart('_'), property.Name, StringComparison.OrdinalIgnoreCase));
        if (parameter is not null)
        {
            Check(parameter, assignment.Value, $"'{property.Name}' of '{model.Name}'", report);
        }
    }

    private static void Check(IParameterSymbol parameter, IOperation value, string owner, Action<Diagnostic> report)
    {
        if (value.ConstantValue is not { HasValue: true, Value: { } constant } || value.Syntax is not ExpressionSyntax syntax)
        {
            return;
        }

        if (KnownNames.Has(parameter, KnownNames.Density) && constant is double density)
        {
            var dividend = UserSyntax.Unwrap(syntax) is BinaryExpressionSyntax { OperatorToken.Text: "/" } division
                ? value.SemanticModel?.GetConstantValue(division.Left) : null;
            DensityExpression.Check(syntax, density, isIntegerDivision: dividend is { HasValue: true, Value: int and not 0 }, owner, report);
        }
        else if (constant is int and <= 0 && (KnownNames.Has(parameter, KnownNames.MuWidth) || KnownNames.Has(parameter, KnownNames.MuDepth)))
        {
            report(Diagnostic.Create(
                Descriptors.NotPositive, syntax.GetLocation(), parameter.Name, parameter.ContainingType.Name,
                ((int)constant).ToString(CultureInfo.InvariantCulture)));
        }
    }
}
