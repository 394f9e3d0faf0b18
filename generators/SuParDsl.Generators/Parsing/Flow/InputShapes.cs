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
/// Reads the shapes of a flow's inputs: those that <c>[Shape]</c> states, otherwise any leading axes and one of features. A free
/// name is the same axis in all of them.
/// </summary>
internal static class InputShapes
{
    public static ImmutableArray<InputShape> Of(DeclarationContext context, ImmutableArray<InputNode> inputs, Unifier sizes)
    {
        var free = new Dictionary<string, Polynomial>(StringComparer.Ordinal);
        return [.. inputs.Select(input => Of(context, input.Syntax, sizes, free))];
    }

    /// <summary>
    /// The axes that are the same in several inputs: because they have one name, or because the flow combines them.
    /// </summary>
    public static ImmutableArray<SharedAxis> Shared(ImmutableArray<InputShape> inputs, Unifier sizes)
    {
        var open = inputs.SelectMany((input, index) =>
        {
            var shape = sizes.Resolve(input.Shape);
            return shape.Axes.Select((size, axis) => (
                Size: size, Input: index, Axis: shape.Lead is null ? axis : axis - shape.Rank,
                Name: input.Free.FirstOrDefault(free => free.Axis == axis).Name ?? string.Empty));
        });
        return
        [
            .. open.Where(axis => sizes.IsUnknown(axis.Size)).GroupBy(static axis => axis.Size).SelectMany(static same =>
            {
                var first = same.First();
                var name = same.Select(static axis => axis.Name).FirstOrDefault(static name => name.Length > 0) ?? string.Empty;
                return same.Where(other => other.Input != first.Input)
                    .Select(other => new SharedAxis(name, first.Input, first.Axis, other.Input, other.Axis));
            }),
        ];
    }

    private static InputShape Of(
        DeclarationContext context, ParameterSyntax parameter, Unifier sizes, Dictionary<string, Polynomial> free)
    {
        var symbol = context.ModelOf(parameter).GetDeclaredSymbol(parameter, context.Cancellation);
        if (symbol is null
            || KnownNames.Find(symbol, KnownNames.Shape)
                is not { ConstructorArguments: [{ Kind: TypedConstantKind.Array } stated] } mark
            || stated.Values.IsDefaultOrEmpty)
        {
            return new(new(sizes.FreshLead(), [sizes.Fresh()]), [], [], []);
        }

        var syntax = mark.ApplicationSyntaxReference?.GetSyntax(context.Cancellation) as AttributeSyntax;
        var arguments = syntax?.ArgumentList?.Arguments ?? default;
        var names = ImmutableArray.CreateBuilder<(string Name, int Axis)>();
        var divisions = ImmutableArray.CreateBuilder<Division>();
        var shape = new Shape(null, stated.Values.Select(Axis).ToImmutableArray());
        var places = shape.Axes.Select((_, i) => arguments.Count == shape.Rank ? arguments[i].GetLocation() : null);
        return new(shape, [.. places], divisions.ToImmutable(), names.ToImmutable());

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

            names.Add((name, index));
            return free.TryGetValue(name, out var known) ? known : free[name] = sizes.Fresh();
        }
    }
}

/// <summary>The shape of an input.</summary>
/// <param name="Shape">The shape.</param>
/// <param name="Places">The places in <c>[Shape]</c> that state its axes; empty if none does.</param>
/// <param name="Divisions">The divisions in its sizes.</param>
/// <param name="Free">The axes with names that are no sizes of the class, counted from the first axis.</param>
internal sealed record InputShape(
    Shape Shape, ImmutableArray<Location?> Places, ImmutableArray<Division> Divisions,
    ImmutableArray<(string Name, int Axis)> Free);

/// <summary>An axis that is the same in two inputs of a flow.</summary>
/// <param name="Name">Its name; empty if no <c>[Shape]</c> gives it one.</param>
/// <param name="First">The index of the first input with the axis.</param>
/// <param name="FirstAxis">Its axis, negative if it is counted from the end.</param>
/// <param name="Second">The index of another input with the axis.</param>
/// <param name="SecondAxis">Its axis, negative if it is counted from the end.</param>
internal sealed record SharedAxis(string Name, int First, int FirstAxis, int Second, int SecondAxis);
