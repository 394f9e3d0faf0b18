using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Expressions;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>Reads the flow operations that join and split an axis: <c>Cat</c> and <c>.Split</c>.</summary>
internal sealed class JoinOps(FlowExpressions expressions, DeclarationContext context)
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
        return parts.Any(static part => part is UnknownNode) ? new UnknownNode([.. parts]) : new JoinNode(parts, axis, call);
    }

    /// <summary>Reads a split into equal parts or into parts of given sizes.</summary>
    public FlowNode Split(InvocationExpressionSyntax call, MemberAccessExpressionSyntax access)
    {
        var input = expressions.Tensor(access.Expression);
        var arguments = call.ArgumentList.Arguments;
        var text = UserSyntax.OneLine(call);
        if (arguments.Count == 1)
        {
            if (SizeExpression.Constant(context, arguments[0].Expression) is not { } count || count is < 1 or > 99)
            {
                return expressions.Refuse(call, "Split takes a constant number of parts", "write: .Split(2)", input);
            }

            return input is UnknownNode ? input
                : new SplitNode(input, (int)count, [], Rational.Text(count), text, arguments[0].GetLocation());
        }

        var scalars = arguments.Select(argument => expressions.Scalar(argument.Expression)).ToList();
        if (arguments.Count == 0 || scalars.Any(static scalar => scalar is null))
        {
            return expressions.Refuse(
                call, "Split takes a number of parts or their sizes", "write: .Split(2) or .Split(width, 2 * width)", input);
        }

        if (input is UnknownNode)
        {
            return input;
        }

        var sizes = arguments.Select(argument => SizeExpression.Evaluate(context, argument.Expression)).ToList();
        var cut = $"[{string.Join(", ", scalars.Select(static scalar => scalar!.Text))}]";
        var parts = sizes.Select(static size => size.Size).ToImmutableArray();
        return new SplitNode(input, sizes.Count, parts, cut, text, access.Name.GetLocation())
        {
            Divisions = [.. sizes.SelectMany(static size => size.Divisions)],
        };
    }
}
