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
/// Reads the flow operations that are written as calls: <c>.Heads</c>, <c>.Merge</c>, <c>.Tokens</c>, <c>.Pool</c>, <c>Positions</c>,
/// <c>Attention</c>, <c>layer.call</c>.
/// </summary>
internal static class CallReader
{
    /// <summary>An operation that is called on a tensor; null if the call is none.</summary>
    public static FlowNode? Member(
        FlowExpressions expressions, DeclarationContext context, FlowShapes shapes, InvocationExpressionSyntax call,
        MemberAccessExpressionSyntax access)
    {
        var arguments = call.ArgumentList.Arguments;
        switch (access.Name.Identifier.ValueText)
        {
            case FlowOpTable.Heads when arguments.Count == 1:
                var cut = expressions.Tensor(access.Expression);
                return cut is UnknownNode ? cut : Heads(expressions, context, shapes, call, cut, arguments[0].Expression);
            case FlowOpTable.Merge when arguments.Count == 0:
                var heads = expressions.Tensor(access.Expression);
                return heads is UnknownNode ? heads
                    : new FlowOpNode(FlowOpTable.Merge, heads, null, shapes.Merge(heads.Shape, access.Name.GetLocation()),
                        heads.FromInput);
            case FlowOpTable.Tokens when arguments.Count == 0:
                var image = expressions.Tensor(access.Expression);
                return image is UnknownNode ? image
                    : new FlowOpNode(FlowOpTable.Tokens, image, null, shapes.Images.Tokens(image.Shape, access.Name.GetLocation()),
                        image.FromInput);
            case FlowOpTable.Pool when arguments.Count == 0:
                var pooled = expressions.Tensor(access.Expression);
                return pooled is UnknownNode ? pooled
                    : new FlowOpNode(FlowOpTable.Pool, pooled, null, shapes.Images.Pool(pooled.Shape, access.Name.GetLocation()),
                        pooled.FromInput);
            case FlowOpTable.Call when expressions.LayerOf(access.Expression) is { } layer:
                return Call(expressions, context, layer, null, call);
            case FlowOpTable.Call
                when access.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: var member } inner
                && expressions.LayerOf(inner.Expression) is { } owner && owner.BuiltIn?.TiedReadout == member:
                return Call(expressions, context, owner, member, call);
            default:
                return null;
        }
    }

    /// <summary>An operation that is a function; null if the call is none.</summary>
    public static FlowNode? Function(
        FlowExpressions expressions, DeclarationContext context, FlowShapes shapes, InvocationExpressionSyntax call, string word)
    {
        var arguments = call.ArgumentList.Arguments;
        switch (word)
        {
            case FlowOpTable.Positions when arguments.Count == 1:
                var ids = expressions.Tensor(arguments[0].Expression);

                // Positions depend only on the length of the input and not on its values, so adding them is not a residual
                // addition.
                return ids is UnknownNode ? ids
                    : new FlowOpNode(FlowOpTable.Positions, ids, null, shapes.Positions(ids.Shape, call.GetLocation()),
                        fromInput: false);
            case FlowOpTable.Attention:
                return Attention(expressions, context, shapes, call);
            case FlowOpTable.Cat:
                return new JoinOps(expressions, context, shapes).Cat(call);
            default:
                return null;
        }
    }

    private static FlowNode Heads(
        FlowExpressions expressions, DeclarationContext context, FlowShapes shapes, InvocationExpressionSyntax call,
        FlowNode input, ExpressionSyntax argument)
    {
        if (expressions.Scalar(argument) is not { } size)
        {
            return expressions.Refuse(argument, "a head size is an int", "use a parameter of the class");
        }

        var (headSize, extent, _) = SizeExpression.Read(context, argument);
        context.HeadSizes.Add(extent);
        var shape = shapes.Heads(input.Shape, headSize, UserSyntax.OneLine(call), argument.GetLocation());
        return new FlowOpNode(FlowOpTable.Heads, input, size.Text, shape, input.FromInput) { HeadSize = size.Text };
    }

    private static FlowNode Call(
        FlowExpressions expressions, DeclarationContext context, Layer layer, string? member, InvocationExpressionSyntax call)
    {
        var inputs = call.ArgumentList.Arguments.Select(argument => expressions.Tensor(argument.Expression)).ToImmutableArray();
        layer.IsUsed = true;
        var wanted = layer.Block?.Inputs.Length ?? 1;
        if (inputs.Length != wanted && !layer.IsBroken)
        {
            var takes = wanted == 1 ? "1 tensor" : $"{Rational.Text(wanted)} tensors";
            var names = string.Join(", ", Enumerable.Range(1, wanted).Select(static i => $"x{i}"));
            var remedy = wanted == 1 ? $"write: x | {layer.Name}" : $"write: {layer.Name}.call({names})";
            context.Findings.Add(
                Descriptors.BlockInputs, call.ArgumentList.GetLocation(), layer.Location,
                [layer.Name, $"takes {takes} but receives {Rational.Text(inputs.Length)}", remedy]);
            return new UnknownNode();
        }

        return inputs.Any(static input => input is UnknownNode) || layer.IsBroken ? new UnknownNode()
            : inputs.Length == 1 && layer.Block is not { Outputs.Length: > 1 }
                ? expressions.Call(layer, member, inputs[0], call.Expression)
            : expressions.CallBlock(layer, inputs, call.Expression);
    }

    private static FlowNode Attention(
        FlowExpressions expressions, DeclarationContext context, FlowShapes shapes, InvocationExpressionSyntax call)
    {
        var bound = new Dictionary<string, ExpressionSyntax>(StringComparer.Ordinal);
        var position = 0;
        foreach (var argument in call.ArgumentList.Arguments)
        {
            var name = argument.NameColon?.Name.Identifier.ValueText
                ?? FlowOpTable.AttentionParameters.ElementAtOrDefault(position);
            position++;
            if (name is not null && !bound.ContainsKey(name))
            {
                bound.Add(name, argument.Expression);
            }
        }

        if (!FlowOpTable.AttentionParameters.All(name => name == FlowOpTable.Position || bound.ContainsKey(name))
            || bound.Count != call.ArgumentList.Arguments.Count)
        {
            return expressions.Refuse(
                call, "Attention takes queries, keys, values and whether it is causal",
                "write: Attention(q, k, v, causal: true)");
        }

        var slopes = bound.TryGetValue(FlowOpTable.Position, out var stated)
            ? expressions.LayerOf(UserSyntax.Unwrap(stated))
            : null;
        if (stated is not null && slopes is not { IsBroken: true } and not { BuiltIn.Shape: ShapeRule.Position })
        {
            return expressions.Refuse(
                stated, "the argument 'position' of Attention must be an Alibi layer", "declare: public Alibi Slopes { get; } = new(heads);");
        }

        var (q, k, v) = (expressions.Tensor(bound["q"]), expressions.Tensor(bound["k"]), expressions.Tensor(bound["v"]));
        if (slopes is not null)
        {
            slopes.IsUsed = true;
        }

        if (q is UnknownNode || k is UnknownNode || v is UnknownNode)
        {
            return new UnknownNode();
        }

        var shape = shapes.Attention(q.Shape, k.Shape, v.Shape, UserSyntax.OneLine(call), call.GetLocation());
        var causal = ExpressionText.Copy(context, bound["causal"]);
        return new AttentionNode(q, k, v, causal, slopes, shape, call.Expression.GetLocation()) { HeadSize = v.HeadSize };
    }
}
