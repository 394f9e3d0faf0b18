using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Expressions;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Layers;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>
/// Reads the flow operations that are written as calls: <c>.Heads</c>, <c>.Merge</c>, <c>.Tokens</c>, <c>.Pool</c>,
/// <c>Positions</c>, <c>Attention</c>, <c>layer.call</c>.
/// </summary>
internal sealed class CallReader(FlowExpressions expressions, JoinOps joins, DeclarationContext context)
{
    private readonly AttentionReader attention = new(expressions, context);
    private readonly AxisOps axes = new(expressions, context);

    /// <summary>An operation that is called on a tensor; null if the call is none.</summary>
    public FlowNode? Member(InvocationExpressionSyntax call, MemberAccessExpressionSyntax access)
    {
        var arguments = call.ArgumentList.Arguments;
        switch (access.Name.Identifier.ValueText)
        {
            case FlowOpTable.Heads when arguments.Count == 1:
                var cut = expressions.Tensor(access.Expression);
                return cut is UnknownNode ? cut : Heads(call, cut, arguments[0].Expression);
            case FlowOpTable.Merge or FlowOpTable.Tokens or FlowOpTable.Pool when arguments.Count == 0:
                var input = expressions.Tensor(access.Expression);
                return input is UnknownNode ? input
                    : new FlowOpNode(access.Name.Identifier.ValueText, input, access.Name.GetLocation());
            case FlowOpTable.Mean or FlowOpTable.Sum or FlowOpTable.Transpose or FlowOpTable.Reshape:
                return axes.Read(call, access);
            case FlowOpTable.Call when expressions.LayerOf(access.Expression) is { } layer:
                return Call(layer, null, call);
            case FlowOpTable.Call
                when access.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: var member } inner
                && expressions.LayerOf(inner.Expression) is { } owner && owner.BuiltIn?.TiedReadout == member:
                return Call(owner, member, call);
            default:
                return null;
        }
    }

    /// <summary>An operation that is a function; null if the call is none.</summary>
    public FlowNode? Function(InvocationExpressionSyntax call, string word)
    {
        var arguments = call.ArgumentList.Arguments;
        switch (word)
        {
            case FlowOpTable.Positions when arguments.Count == 1:
                var ids = expressions.Tensor(arguments[0].Expression);
                return ids is UnknownNode ? ids : new FlowOpNode(FlowOpTable.Positions, ids, call.GetLocation());
            case FlowOpTable.Attention:
                return attention.Read(call);
            case FlowOpTable.Cat:
                return joins.Cat(call);
            case FlowOpTable.Maximum or FlowOpTable.Minimum when arguments.Count == 2:
                var (first, second) = (expressions.Tensor(arguments[0].Expression), expressions.Tensor(arguments[1].Expression));
                return first is UnknownNode || second is UnknownNode ? new UnknownNode(first, second)
                    : new PairNode(word, first, second, call.GetLocation());
            default:
                return null;
        }
    }

    private FlowNode Heads(InvocationExpressionSyntax call, FlowNode input, ExpressionSyntax argument)
    {
        if (expressions.Scalar(argument) is not { } size)
        {
            return expressions.Refuse(argument, "a head size is an int", "use a parameter of the class", input);
        }

        var (headSize, text) = (SizeExpression.Read(context, argument), UserSyntax.OneLine(call));
        return new HeadsNode(input, headSize, size.Text, text, argument) { HeadSize = size.Text };
    }

    private FlowNode Call(Layer layer, string? member, InvocationExpressionSyntax call)
    {
        var inputs = call.ArgumentList.Arguments.Select(argument => expressions.Tensor(argument.Expression)).ToImmutableArray();
        var wanted = layer.Block?.Inputs.Length ?? 1;
        if (inputs.Length != wanted && !layer.IsBroken)
        {
            var takes = wanted == 1 ? "1 tensor" : $"{Rational.Text(wanted)} tensors";
            var names = string.Join(", ", Enumerable.Range(1, wanted).Select(static i => $"x{i}"));
            var remedy = wanted == 1 ? $"write: x | {layer.Name}" : $"write: {layer.Name}.call({names})";
            context.Findings.Add(
                Descriptors.BlockInputs, call.ArgumentList.GetLocation(), layer.Location,
                [layer.Name, $"takes {takes} but receives {Rational.Text(inputs.Length)}", remedy]);
            return Unknown();
        }

        if (inputs.Any(static input => input is UnknownNode) || layer.IsBroken)
        {
            return Unknown();
        }

        if (inputs.Length == 1 && layer.Block is not { Outputs.Length: > 1 })
        {
            return expressions.Call(layer, member, inputs[0], call.Expression);
        }

        var block = new CallNode(layer, null, inputs, call.Expression);
        return layer.Block is { Outputs.Length: > 1 and var outputs } ? new PartsNode(block, outputs) : block;

        UnknownNode Unknown() => new([.. inputs]) { Layers = [layer] };
    }
}
