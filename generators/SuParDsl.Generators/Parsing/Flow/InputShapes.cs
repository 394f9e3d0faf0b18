using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Expressions;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>
/// Reads the shape of a flow's input: the one that <c>[Shape]</c> states, otherwise any leading axes and one of features.
/// </summary>
internal static class InputShapes
{
    public static Shape Of(DeclarationContext context, ParameterSyntax parameter, Unifier sizes)
    {
        var symbol = context.ModelOf(parameter).GetDeclaredSymbol(parameter, context.Cancellation);
        if (symbol is null
            || KnownNames.Find(symbol, KnownNames.Shape)
                is not { ConstructorArguments: [{ Kind: TypedConstantKind.Array } stated] } mark
            || stated.Values.IsDefaultOrEmpty)
        {
            return new(sizes.FreshLead(), [sizes.Fresh()]);
        }

        var syntax = mark.ApplicationSyntaxReference?.GetSyntax(context.Cancellation) as AttributeSyntax;
        var arguments = syntax?.ArgumentList?.Arguments ?? default;
        var free = new Dictionary<string, Polynomial>(StringComparer.Ordinal);
        var shape = new Shape(null, stated.Values.Select(Axis).ToImmutableArray());
        context.StatedInputs.Add(
            shape, [.. shape.Axes.Select((_, i) => arguments.Count == shape.Rank ? arguments[i].GetLocation() : null)]);
        return shape;

        Polynomial Axis(TypedConstant value, int index)
        {
            if (value.Value is int or long)
            {
                return Polynomial.Constant(Convert.ToInt64(value.Value, System.Globalization.CultureInfo.InvariantCulture));
            }

            if (value.Value is not string name)
            {
                return sizes.Fresh();
            }

            if (context.Find(name) is { IsExtent: true } size)
            {
                return size.Size;
            }

            if (context.Record?.Derived.TryGetValue(name, out var derived) == true)
            {
                return SizeExpression.Evaluate(context, derived.Expression);
            }

            var meant = context.Parameters
                .FirstOrDefault(p => p.IsExtent && string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase));
            if (meant is not null && arguments.Count > index)
            {
                var place = arguments[index].GetLocation();
                context.Findings.Add(Descriptors.UnknownAxis, place, name, context.Type.Name, meant.Code);
            }

            return free.TryGetValue(name, out var known) ? known : free[name] = sizes.Fresh();
        }
    }
}
