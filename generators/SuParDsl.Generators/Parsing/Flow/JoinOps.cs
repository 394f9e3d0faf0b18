using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Expressions;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>Reads the flow operations that join and split an axis: <c>Cat</c> and <c>.Split</c>.</summary>
internal sealed class JoinOps(FlowExpressions expressions, DeclarationContext context, FlowShapes shapes)
{
    private const string CatRemedy = "write: Cat(a, b) or Cat(a, b, axis: 1)";

    public FlowNode Cat(InvocationExpressionSyntax call)
    {
        var arguments = call.ArgumentList.Arguments;
        var axisArgument = arguments.FirstOrDefault(static a => a.NameColon?.Name.Identifier.ValueText == "axis");
        var axis = axisArgument is null ? null : SizeExpression.Constant(context, UserSyntax.Positive(axisArgument.Expression));
        axis = axisArgument is not null && UserSyntax.IsNegative(axisArgument.Expression) ? -axis : axis;
        var tensors = arguments.Where(a => a != axisArgument).ToList();
        if (tensors.Count < 2 || tensors.Any(static a => a.NameColon is not null) || (axisArgument is not null && axis is null))
        {
            return expressions.Refuse(call, "Cat joins two or more tensors along a constant axis", CatRemedy);
        }

        var parts = tensors.Select(argument => expressions.Tensor(argument.Expression)).ToImmutableArray();
        if (parts.Any(static part => part is UnknownNode))
        {
            return new UnknownNode();
        }

        if (parts.Any(static part => part.Shape is null))
        {
            return new JoinNode(parts, axis ?? -1, null);
        }

        // If the rank is known, an axis that is counted from the start can be counted from the end.
        var first = shapes.Sizes.Resolve(parts[0].Shape!);
        var distance = axis is { } stated ? stated < 0 ? (int)-stated : first.Lead is null ? first.Rank - (int)stated : 0
            : first.Features;
        var joined = distance < 1 ? null : shapes.Join(parts, distance, UserSyntax.OneLine(call), call.GetLocation());
        return new JoinNode(parts, distance < 1 ? axis!.Value : -distance, joined);
    }

    /// <summary>Reads a split into equal parts or into parts of given sizes.</summary>
    public PartsNode? Split(InvocationExpressionSyntax call, MemberAccessExpressionSyntax access)
    {
        var input = expressions.Tensor(access.Expression);
        var arguments = call.ArgumentList.Arguments;
        var features = input.Shape is null ? 1 : shapes.Sizes.Resolve(input.Shape).Features;
        var where = UserSyntax.OneLine(call);
        if (arguments.Count == 1)
        {
            if (SizeExpression.Constant(context, arguments[0].Expression) is not { } count || count is < 1 or > 99)
            {
                expressions.Refuse(call, "Split takes a constant number of parts", "write: .Split(2)");
                return null;
            }

            if (input is UnknownNode)
            {
                return null;
            }

            var part = shapes.Part(input.Shape, (int)count, where, arguments[0].GetLocation());
            return new(input, [.. Enumerable.Repeat(part, (int)count)], Rational.Text(count) + Axis(features));
        }

        var scalars = arguments.Select(argument => expressions.Scalar(argument.Expression)).ToList();
        if (arguments.Count == 0 || scalars.Any(static scalar => scalar is null))
        {
            expressions.Refuse(
                call, "Split takes a number of parts or their sizes", "write: .Split(2) or .Split(width, 2 * width)");
            return null;
        }

        if (input is UnknownNode)
        {
            return null;
        }

        var sizes = arguments.Select(argument => SizeExpression.Evaluate(context, argument.Expression)).ToList();
        var cut = $"[{string.Join(", ", scalars.Select(static scalar => scalar!.Text))}]{Axis(features)}";
        return new(input, shapes.PartsOf(input.Shape, sizes, access.Name.GetLocation()), cut);
    }

    private static string Axis(int features) => features == 1 ? string.Empty : $", axis: -{Rational.Text(features)}";
}
