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
    public static InputShape Of(DeclarationContext context, ParameterSyntax parameter, Unifier sizes)
    {
        var symbol = context.ModelOf(parameter).GetDeclaredSymbol(parameter, context.Cancellation);
        if (symbol is null
            || KnownNames.Find(symbol, KnownNames.Shape)
                is not { ConstructorArguments: [{ Kind: TypedConstantKind.Array } stated] } mark
            || stated.Values.IsDefaultOrEmpty)
        {
            return new(new(sizes.FreshLead(), [sizes.Fresh()]), [], []);
        }

        var syntax = mark.ApplicationSyntaxReference?.GetSyntax(context.Cancellation) as AttributeSyntax;
        var arguments = syntax?.ArgumentList?.Arguments ?? default;
        var free = new Dictionary<string, Polynomial>(StringComparer.Ordinal);
        var divisions = ImmutableArray.CreateBuilder<Division>();
        var shape = new Shape(null, stated.Values.Select(Axis).ToImmutableArray());
        var places = shape.Axes.Select((_, i) => arguments.Count == shape.Rank ? arguments[i].GetLocation() : null);
        return new(shape, [.. places], divisions.ToImmutable());

        Polynomial Axis(TypedConstant axis, int index)
        {
            if (axis.Value is int or long)
            {
                return Polynomial.Constant(Convert.ToInt64(axis.Value, System.Globalization.CultureInfo.InvariantCulture));
            }

            if (axis.Value is not string name)
            {
                return sizes.Fresh();
            }

            if (context.Find(name) is { IsExtent: true } size)
            {
                return size.Size;
            }

            if (context.Record?.Derived.TryGetValue(name, out var derived) == true)
            {
                var (value, inside) = SizeExpression.Evaluate(context, derived.Expression);
                divisions.AddRange(inside);
                return value;
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

/// <summary>The shape of an input.</summary>
/// <param name="Shape">The shape.</param>
/// <param name="Places">The places in <c>[Shape]</c> that state its axes; empty if none does.</param>
/// <param name="Divisions">The divisions in its sizes.</param>
internal sealed record InputShape(Shape Shape, ImmutableArray<Location?> Places, ImmutableArray<Division> Divisions);
