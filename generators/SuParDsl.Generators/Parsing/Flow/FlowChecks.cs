using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Expressions;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Layers;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>Checks a flow whose shapes are right.</summary>
internal static class FlowChecks
{
    public static void Check(DeclarationContext context, ParsedFlow flow)
    {
        var nodes = Nodes(flow.Tree).ToList();
        CheckKeys(context, flow.Shapes, nodes);
        var calls = nodes.OfType<CallNode>().OrderBy(static call => call.Use.SpanStart).ToList();
        CheckSharing(context, calls);
        CheckReadouts(context, calls);
        LiteralWidths.Check(context, calls);
        foreach (var call in calls.Where(static call => call is { Member: null, Layer.BuiltIn.Shape: ShapeRule.Lookup }))
        {
            // Ids may be shifted by a number.
            if (call.Inputs[0].Value is CallNode or ActivationNode or AttentionNode or NegationNode or PairNode or BinaryNode
                and not BinaryNode { Operator: '+' or '-', Right: ScalarNode })
            {
                context.Findings.Add(Descriptors.NotIntegers, call.Use.GetLocation(), call.Layer.Location, [call.Layer.Name]);
            }
        }
    }

    /// <summary>Reports keys and values that have the same number of heads at every width.</summary>
    private static void CheckKeys(DeclarationContext context, InferredShapes shapes, IEnumerable<FlowNode> nodes)
    {
        foreach (var attention in nodes.OfType<AttentionNode>())
        {
            if (Heads(attention.Query) is { } heads && context.Scales(heads)
                && Heads(attention.Key) is { } shared && !context.Scales(shared) && !shapes.Sizes.IsUnknown(shared))
            {
                context.Findings.Add(
                    Descriptors.FixedKeys, attention.Use.Expression.GetLocation(), context.Text(heads), context.Text(shared));
            }
        }

        Polynomial? Heads(FlowNode node) =>
            shapes.Nodes[node] is { } shape && shapes.Sizes.Resolve(shape) is { Rank: >= 3 } known ? known.FromEnd(3) : null;
    }

    /// <summary>Everything that the result is computed from.</summary>
    private static IEnumerable<FlowNode> Nodes(FlowTree flow)
    {
        var seen = new HashSet<FlowNode>();
        var pending = new Stack<FlowNode>(flow.Results);
        while (pending.Count > 0)
        {
            var node = pending.Pop().Value;
            if (!seen.Add(node))
            {
                continue;
            }

            yield return node;
            foreach (var input in node.Inputs)
            {
                pending.Push(input);
            }
        }
    }

    private static void CheckSharing(DeclarationContext context, List<CallNode> calls)
    {
        foreach (var uses in calls.Where(Shares).GroupBy(static call => call.Layer))
        {
            if (uses.ElementAtOrDefault(1) is { } second)
            {
                context.Findings.Add(Descriptors.UsedTwice, second.Use.GetLocation(), uses.Key.Location, [uses.Key.Name]);
            }
        }

        static bool Shares(CallNode call) => call is { Member: null, Layer.IsBroken: false }
            && call.Layer is { BuiltIn: { Tensors.Length: > 0, Shape: not ShapeRule.Lookup } } or { Block.Tensors.Length: > 0 };
    }

    private static void CheckReadouts(DeclarationContext context, List<CallNode> calls)
    {
        var tied = calls.Where(static call => call.Member is not null).ToList();
        foreach (var call in calls)
        {
            if (call is not { Member: null, Layer: { IsBroken: false, BuiltIn.Name: LayerTable.Linear } })
            {
                continue;
            }

            var (inputs, outputs) = (call.Layer.Size("inputs")!, call.Layer.Size("outputs")!);
            if (tied.Find(IsSameReadout) is { } other)
            {
                context.Findings.Add(
                    Descriptors.TwoReadouts, call.Use.GetLocation(), call.Layer.Location,
                    [call.Layer.Name, $"{other.Layer.Name}.{other.Member}"]);
            }

            if (context.Scales(inputs) && !context.Scales(outputs)
                && call.Inputs[0].Value is BinaryNode { Factor: { } factor } product
                && DividesByWidth(context, product, factor))
            {
                var text = UserSyntax.OneLine(factor.Syntax);
                context.Findings.Add(Descriptors.HandMadeReadout, factor.Syntax.GetLocation(), text, call.Layer.Name);
            }

            bool IsSameReadout(CallNode readout) =>
                outputs.Equals(readout.Layer.Size("count")) && inputs.Equals(readout.Layer.Size("width"));
        }
    }

    private static bool DividesByWidth(DeclarationContext context, BinaryNode product, ScalarNode factor)
    {
        var divisor = product.Operator == '/' ? factor.Syntax
            : UserSyntax.Unwrap(factor.Syntax) is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.DivideExpression } quotient
                ? quotient.Right : null;
        return divisor is not null
            && ExpressionText.ParametersIn(context, divisor).Any(static p => p.Kind == ParameterKind.Width);
    }
}
