using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>Infers the shape of every value of a flow, in the order in which the values are computed.</summary>
internal sealed class ShapeInference
{
    private readonly DeclarationContext context;
    private readonly FlowShapes rules;
    private readonly Dictionary<FlowNode, Shape?> shapes = [];
    private readonly Dictionary<FlowNode, ImmutableArray<Shape?>> parts = [];
    private readonly Dictionary<JoinNode, long> axes = [];
    private readonly Dictionary<SplitNode, int> features = [];

    private ShapeInference(DeclarationContext context, FlowShapes rules) => (this.context, this.rules) = (context, rules);

    private Unifier Sizes => rules.Sizes;

    /// <param name="context">The class.</param>
    /// <param name="flow">Its flow.</param>
    /// <param name="divisions">The divisions in the sizes of its layers, which make other divisions exact.</param>
    public static InferredShapes Infer(DeclarationContext context, FlowTree flow, ImmutableArray<Division> divisions)
    {
        var sizes = new Unifier();
        var inputs = InputShapes.Of(context, flow.Inputs, sizes);
        var known = divisions.Concat(inputs.SelectMany(static input => input.Divisions)).ToList();
        var inference = new ShapeInference(context, new(context, inputs, known, sizes));
        for (var i = 0; i < inputs.Length; i++)
        {
            inference.shapes.Add(flow.Inputs[i], inputs[i].Shape);
        }

        foreach (var node in flow.Nodes())
        {
            context.Cancellation.ThrowIfCancellationRequested();
            if (!inference.shapes.ContainsKey(node))
            {
                inference.shapes.Add(node, inference.ShapeOf(node));
            }
        }

        return new(
            inference.shapes, inference.axes, inference.features,
            [.. inputs.Select(input => sizes.Resolve(input.Shape))],
            [.. flow.Results.Select(result => inference.shapes[result] is { } shape ? sizes.Resolve(shape) : null)],
            InputShapes.Shared(inputs, sizes), [.. known.Skip(divisions.Length)], sizes);
    }

    private Shape? ShapeOf(FlowNode node) => node switch
    {
        NameNode name => shapes[name.Inputs[0]],
        WeightNode weight => new(null, [.. weight.Layer.SizeList.Select(static size => size.Size)]),
        CallNode call => OfCall(call),
        ActivationNode activation => shapes[activation.Input],
        HeadsNode heads => OfHeads(heads),
        AxesNode axes => rules.Axes.Of(axes, shapes[axes.Input]),
        ReshapeNode reshape => rules.Axes.Reshape(reshape, shapes[reshape.Input]),
        PairNode pair => rules.Combine(pair.Word, pair.Use, shapes[pair.Inputs[0]], shapes[pair.Inputs[1]]),
        FlowOpNode operation => OfOperation(operation.Word, shapes[operation.Input], operation.Use),
        AttentionNode attention => OfAttention(attention),
        BinaryNode { Left: ScalarNode } product => shapes[product.Right],
        BinaryNode { Right: ScalarNode } product => shapes[product.Left],
        BinaryNode sum => rules.Combine(sum, shapes[sum.Left], shapes[sum.Right]),
        NegationNode negation => shapes[negation.Operand],
        JoinNode join => OfJoin(join),
        OpNode op => OfOp(op),
        PartsNode several => OfParts(several),
        PartNode part => parts[part.Parts][part.Index],
        ScalarNode or UnknownNode => null,
        _ => throw new InvalidOperationException($"{node.GetType().Name} has no shape"),
    };

    private Shape? OfCall(CallNode call)
    {
        var use = call.Use.GetLocation();
        if (call.Member is { } member)
        {
            return rules.TiedReadout(call.Layer, member, shapes[call.Inputs[0]], use);
        }

        if (call is { Inputs.Length: 1, Layer.Block: null or { Outputs.Length: 1 } })
        {
            return rules.Layer(call.Layer, shapes[call.Inputs[0]], use);
        }

        var outputs = rules.Block(call.Layer, [.. call.Inputs.Select(input => shapes[input])], use);
        parts.Add(call, outputs);
        return outputs.Length == 1 ? outputs[0] : null;
    }

    private Shape? OfAttention(AttentionNode attention)
    {
        var (query, key) = (shapes[attention.Query], shapes[attention.Key]);
        var result = rules.Attention.Of(
            query, key, shapes[attention.Values], UserSyntax.OneLine(attention.Use), attention.Use.GetLocation());
        foreach (var mask in result is null ? [] : attention.Masks)
        {
            rules.Attention.CheckMask(mask, shapes[mask.Value], query, key);
        }

        return result;
    }

    private Shape? OfHeads(HeadsNode heads)
    {
        rules.Divisions.AddRange(heads.Size.Divisions);
        HeadNames.Check(context, heads, shapes[heads.Input] is { } input ? Sizes.Resolve(input) : null);
        return rules.Heads(shapes[heads.Input], heads.Size.Size, heads.Text, heads.Use);
    }

    private Shape? OfOperation(string word, Shape? input, Location use) => word switch
    {
        FlowOpTable.Merge => rules.Merge(input, use),
        FlowOpTable.Tokens => rules.Images.Tokens(input, use),
        FlowOpTable.Pool => rules.Images.Pool(input, use),
        FlowOpTable.Positions => rules.Positions(input, use),
        _ => throw new InvalidOperationException($"{word} has no shape"),
    };

    private Shape? OfJoin(JoinNode join)
    {
        var inputs = join.Inputs.Select(input => shapes[input]).ToImmutableArray();
        if (inputs.Any(static input => input is null))
        {
            axes.Add(join, join.Axis ?? -1);
            return null;
        }

        // If the rank is known, an axis that is counted from the start can be counted from the end.
        var first = Sizes.Resolve(inputs[0]!);
        // An input of the flow may be an image without being known as one.
        var features = inputs.Max(input => Sizes.Resolve(input!).Features);
        var distance = join.Axis is { } stated ? stated < 0 ? (int)-stated : first.Lead is null ? first.Rank - (int)stated : 0
            : features;
        axes.Add(join, distance < 1 ? join.Axis!.Value : -distance);
        return distance < 1 ? null : rules.Join(inputs, distance, UserSyntax.OneLine(join.Use), join.Use.GetLocation());
    }

    private Shape? OfOp(OpNode op)
    {
        var outputs = OutputsOf(op);
        parts.Add(op, outputs);
        return outputs.Length == 1 ? outputs[0] : null;
    }

    private ImmutableArray<Shape?> OutputsOf(OpNode op)
    {
        var unknown = op.Contract.Outputs.Select(static _ => (Shape?)null).ToImmutableArray();
        var contract = new ContractShapes(Sizes, name => context.Find(name) is { IsExtent: true } size ? size.Size : null);
        for (var i = 0; i < op.Tensors.Length; i++)
        {
            if (shapes[op.Tensors[i]] is not { } given)
            {
                return unknown;
            }

            var before = Sizes.Resolve(given).ToString();
            if (!contract.Takes(op.Contract.Inputs[i], given))
            {
                var takes = string.Join(", ", op.Contract.Inputs.Select(static input => input.Text));
                var gives = string.Join(", ", op.Contract.Outputs.Select(static output => output.Text));
                context.Findings.Add(
                    Descriptors.OpShape, op.Use, op.Method, op.Contract.Inputs[i].Text, before,
                    $"its contract is {takes} -> {gives}");
                return unknown;
            }
        }

        return [.. op.Contract.Outputs.Select(output => (Shape?)contract.Gives(output))];
    }

    /// <summary>Several tensors have no shape of their own; their shapes are kept for the nodes of the parts.</summary>
    private Shape? OfParts(PartsNode several)
    {
        if (several is not SplitNode split)
        {
            parts.Add(several, parts[several.Input]);
            return null;
        }

        var input = shapes[split.Input];
        features.Add(split, input is null ? 1 : Sizes.Resolve(input).Features);
        rules.Divisions.AddRange(split.Divisions);
        parts.Add(split, split.Sizes.IsEmpty
            ? [.. Enumerable.Repeat(rules.Part(input, split.Count, split.Text, split.Use), split.Count)]
            : rules.PartsOf(input, split.Sizes, split.Use));
        return null;
    }
}
