using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Expressions;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>Reads the flow operations on axes: <c>.Mean</c>, <c>.Sum</c>, <c>.Transpose</c> and <c>.Reshape</c>.</summary>
internal sealed class AxisOps(FlowExpressions expressions, DeclarationContext context)
{
    public FlowNode Read(InvocationExpressionSyntax call, MemberAccessExpressionSyntax access)
    {
        var word = access.Name.Identifier.ValueText;
        var input = expressions.Tensor(access.Expression);
        var arguments = call.ArgumentList.Arguments;
        if (word == FlowOpTable.Reshape)
        {
            return Reshape(call, access, input);
        }

        var axes = arguments.Select(argument => Constant(argument.Expression)).ToList();
        if (axes.Count != (word == FlowOpTable.Transpose ? 2 : 1) || axes.Any(static axis => axis is null))
        {
            return expressions.Refuse(
                call, word == FlowOpTable.Transpose ? "Transpose takes two constant axes" : $"{word} takes one constant axis",
                $"write: {FlowOpTable.Usage(word)}", input);
        }

        return input is UnknownNode ? input
            : new AxesNode(word, input, [.. axes.Select(static axis => axis!.Value)], access.Name.GetLocation());
    }

    private FlowNode Reshape(InvocationExpressionSyntax call, MemberAccessExpressionSyntax access, FlowNode input)
    {
        var arguments = call.ArgumentList.Arguments;
        var open = arguments.Count(argument => Constant(argument.Expression) == -1);
        var scalars = arguments.Select(argument => expressions.Scalar(argument.Expression)).ToList();
        if (scalars.Count == 0 || open > 1 || scalars.Any(static scalar => scalar is null))
        {
            return expressions.Refuse(
                call, "Reshape takes the sizes of all axes but the first, of which one may be -1",
                $"write: {FlowOpTable.Usage(FlowOpTable.Reshape)}", input);
        }

        if (input is UnknownNode)
        {
            return input;
        }

        var sizes = arguments.Select(argument => Constant(argument.Expression) == -1 ? default
            : SizeExpression.Evaluate(context, argument.Expression)).ToList();
        var code = $"[{string.Join(", ", scalars.Select(static scalar => scalar!.Text))}]";
        return new ReshapeNode(
            input, [.. sizes.Select(static size => (Polynomial?)size.Size)], code, UserSyntax.OneLine(call),
            access.Name.GetLocation())
        {
            Divisions = [.. sizes.Where(static size => !size.Divisions.IsDefault).SelectMany(static size => size.Divisions)],
        };
    }

    /// <summary>A constant, which may be negative.</summary>
    private long? Constant(ExpressionSyntax expression)
    {
        var value = SizeExpression.Constant(context, UserSyntax.Positive(expression));
        return UserSyntax.IsNegative(expression) ? -value : value;
    }
}
