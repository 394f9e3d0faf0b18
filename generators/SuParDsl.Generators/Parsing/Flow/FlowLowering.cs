using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Layers;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>
/// Turns a flow into statements: the user's locals keep their names, and each layer's or op's output that goes straight
/// into another gets a local named after it. Sparse layers one after the other are one chain.
/// </summary>
internal sealed class FlowLowering
{
    private readonly DeclarationContext context;
    private readonly HashSet<Layer> sparse;
    private readonly SyntaxTree tree;
    private readonly InferredShapes shapes;
    private readonly Dictionary<BinaryNode, FlowNode> residuals;
    private readonly ImmutableHashSet<string> locals;
    private readonly HashSet<string> taken;
    private readonly HashSet<FlowNode> returned = [];
    private readonly ImmutableArray<FlowStatement>.Builder statements = ImmutableArray.CreateBuilder<FlowStatement>();

    // The part of the flow that the expression at hand computes.
    private TextSpan? place;

    private FlowLowering(DeclarationContext context, ParsedFlow flow, HashSet<Layer> sparse)
    {
        (this.context, this.sparse, tree, shapes) = (context, sparse, flow.Tree.File, flow.Shapes);
        residuals = FlowGraph.ResidualAdds(flow.Tree.Results);
        locals = flow.Tree.Names;
        taken = [.. locals];
    }

    /// <param name="context">The class.</param>
    /// <param name="flow">Its flow.</param>
    /// <param name="sparse">The linear layers that may be sparse, so that they are worth a chain.</param>
    public static ForwardModel Lower(DeclarationContext context, ParsedFlow flow, HashSet<Layer> sparse)
    {
        var lowering = new FlowLowering(context, flow, sparse);
        var scope = lowering.Name("scope");
        foreach (var step in flow.Tree.Steps)
        {
            lowering.Lower(step);
        }

        var summary = flow.InWords(static input => input.Name + ": ") + ".";
        return new(
            scope, summary, SourceFile.NameOf(context, flow.Tree.File), SameAxes(context, flow),
            lowering.statements.ToImmutable());
    }

    // A block gets its tensors from a flow whose shapes were checked; a model gets them from any program.
    private static ImmutableArray<SameAxisModel> SameAxes(DeclarationContext context, ParsedFlow flow) =>
        context.Kind == DeclarationKind.Block ? []
            : [.. flow.Shapes.Shared.Select(axis => new SameAxisModel(
                axis.Name, flow.Tree.Inputs[axis.First].Name, axis.FirstAxis, flow.Tree.Inputs[axis.Second].Name,
                axis.SecondAxis))];

    private void Lower(FlowStep step)
    {
        var before = statements.Count;
        place = null;
        FlowStatement statement = step switch
        {
            FlowStep.Assign { Type: { } type } declare => new FlowStatement.Declare(type, declare.Name, Whole(declare.Value)),
            FlowStep.Assign assign => new FlowStatement.Assign(assign.Name, Whole(assign.Value)),
            FlowStep.Split split => new FlowStatement.TakeApart(split.Names, split.IsDeclaration, Parts(split.Value)),
            FlowStep.Return result => new FlowStatement.Return(result.Results.Select(Returned).ToImmutableArray()),
            _ => throw new InvalidOperationException($"{step.GetType().Name} cannot be lowered"),
        };

        // A node with its own local belongs to that local's statement; all others belong to this statement.
        Add(statement, statements.Count == before ? step.Place : place ?? step.Place);
    }

    private void Add(FlowStatement statement, TextSpan place) =>
        statements.Add(statement with { Source = SourceFile.Span(tree, place) });

    private FlowExpression Parts(PartsNode parts) => parts is SplitNode split
        ? new FlowExpression.FlowOp(FlowOpTable.Split, Part(split.Input), split.Cut + Axis(shapes.Features[split]))
        : Part(parts.Input);

    private static string Axis(int features) => features == 1 ? string.Empty : $", axis: -{Rational.Text(features)}";

    /// <summary>
    /// The returned value. A tensor that belongs to the caller, or that is returned twice, gets its own handle.
    /// </summary>
    private FlowExpression Returned(FlowNode node)
    {
        var value = Whole(node);
        return !returned.Add(node.Value) || node.Value is InputNode or WeightNode ? new FlowExpression.Alias(value) : value;
    }

    /// <summary>The value of a whole statement.</summary>
    private FlowExpression Whole(FlowNode node) => node is AttentionNode attention ? Attention(attention) : Part(node);

    private FlowExpression Part(FlowNode node)
    {
        if (node is not AttentionNode)
        {
            Cover(node);
        }

        return Inner(node);
    }

    private FlowExpression Inner(FlowNode node) => node switch
    {
        NameNode name => new FlowExpression.Local(name.Name),
        ScalarNode scalar => new FlowExpression.Scalar(scalar.Text, scalar.IsAtom),
        WeightNode weight => new FlowExpression.Weight(weight.Layer.Identifier),
        CallNode call when Chain(call) is { } chain => chain,
        CallNode call => new FlowExpression.Call(Callee(call), call.Inputs.Select(Input).ToImmutableArray()),
        OpNode op => new FlowExpression.Call(op.Callee, op.Inputs.Select(Input).ToImmutableArray()),
        ActivationNode activation => new FlowExpression.Activation(activation.Function, Part(activation.Input)),
        HeadsNode heads => new FlowExpression.FlowOp(heads.Word, Part(heads.Input), heads.Code),
        AxesNode axes => new FlowExpression.FlowOp(
            axes.Word, Part(axes.Input), string.Join(", ", axes.Axes.Select(static axis => Rational.Text(axis)))),
        ReshapeNode reshape => new FlowExpression.FlowOp(reshape.Word, Part(reshape.Input), reshape.Code),
        PairNode pair => new FlowExpression.Pair(pair.Word, Part(pair.Inputs[0]), Part(pair.Inputs[1])),
        FlowOpNode { Word: FlowOpTable.Positions } positions =>
            new FlowExpression.FlowOp(positions.Word, Part(positions.Input), KeyValues),
        FlowOpNode word => new FlowExpression.FlowOp(word.Word, Part(word.Input), null),
        JoinNode join => new FlowExpression.Join(join.Inputs.Select(Part).ToImmutableArray(), shapes.Axes[join]),
        AttentionNode attention => Hoist("attention", () => Attention(attention)),
        NegationNode negation => new FlowExpression.Negation(Part(negation.Operand)),
        BinaryNode binary when residuals.TryGetValue(binary, out var branch) =>
            new FlowExpression.ResidualAdd(
                Part(branch == binary.Left ? binary.Right : binary.Left), Part(branch),
                context.Inherited("ResidualScale", locals)),
        BinaryNode binary => new FlowExpression.Binary(binary.Operator, Part(binary.Left), Part(binary.Right)),
        _ => throw new InvalidOperationException($"{node.GetType().Name} cannot be lowered"),
    };

    /// <summary>
    /// An argument of a layer or op. The output of another layer or op, with the activations after it, gets a local.
    /// </summary>
    private FlowExpression Input(FlowNode node)
    {
        var source = node;
        while (source is ActivationNode activation)
        {
            source = activation.Input;
        }

        return source switch
        {
            CallNode call => Hoist(CamelCase(call.Layer.Name), () => Part(node)),
            OpNode op => Hoist(CamelCase(op.Name), () => Part(node)),
            _ => Part(node),
        };
    }

    /// <summary>Consecutive sparse linear layers as one operation; null if there are fewer than two.</summary>
    private FlowExpression? Chain(CallNode last)
    {
        var (first, layers, between) = (last, new List<string>(), new List<string>());
        for (; IsLink(first); first = (CallNode)Source(first))
        {
            layers.Insert(0, first.Layer.Identifier);
            if (Source(first) is not CallNode previous || !IsLink(previous))
            {
                break;
            }

            between.Insert(0, first.Inputs[0] is ActivationNode activation ? activation.Function.ToString() : "None");
            Cover(first.Inputs[0]);
            Cover(previous);
        }

        return layers.Count < 2 ? null
            : new FlowExpression.Chain(Input(first.Inputs[0]), layers.ToImmutableArray(), between.ToImmutableArray());

        bool IsLink(CallNode call) => call.Member is null && sparse.Contains(call.Layer);

        static FlowNode Source(CallNode call) =>
            call.Inputs[0] is ActivationNode activation && FlowOpTable.IsNonlinearity(activation.Function)
                ? activation.Input
                : call.Inputs[0];
    }

    private FlowExpression Attention(AttentionNode attention)
    {
        Cover(attention);
        var query = Part(attention.Query);
        if (attention.HeadSizeOfQuery is not { } size)
        {
            // Without .Heads the head size is whatever the query has.
            query = query is FlowExpression.Local ? query : Hoist("query", () => query);
            size = ((FlowExpression.Local)query).Name + ".shape[^1]";
        }

        return new FlowExpression.Attention(
            query, Part(attention.Key), Part(attention.Values), attention.Causal, context.Inherited("AttentionScale", locals),
            size, Options(attention).ToImmutableArray(), KeyValues);
    }

    private IEnumerable<FlowExpression.NamedArgument> Options(AttentionNode attention)
    {
        if (attention.Position is { } position)
        {
            yield return new(FlowOpTable.Position, new FlowExpression.Local(position.Identifier));
        }

        foreach (var mask in attention.Masks)
        {
            yield return new(mask.Parameter, Part(mask.Value));
        }

        if (attention.Window is { } window)
        {
            yield return new(FlowOpTable.Window, new FlowExpression.Scalar(window, IsAtom: true));
        }

        if (attention.Dropout is { } dropout)
        {
            yield return new(FlowOpTable.Dropout, new FlowExpression.Local(dropout.Identifier));
        }
    }

    private string KeyValues => context.Inherited("KeyValues", locals);

    private FlowExpression Hoist(string wanted, Func<FlowExpression> value)
    {
        var outer = place;
        place = null;
        var declare = new FlowStatement.Declare("var", string.Empty, value());
        var name = UserSyntax.Escape(Name(wanted));
        Add(declare with { Name = name }, place ?? outer ?? default);
        place = outer;
        return new FlowExpression.Local(name);
    }

    private void Cover(FlowNode node) => place = (place, node.Place) switch
    {
        ({ } covered, { } more) => TextSpan.FromBounds(Math.Min(covered.Start, more.Start), Math.Max(covered.End, more.End)),
        var (covered, more) => covered ?? more,
    };

    private string Name(string wanted)
    {
        var name = context.Unique(wanted, taken);
        taken.Add(name);
        return name;
    }

    private static string Callee(CallNode call) =>
        call.Member is { } member ? $"{call.Layer.Identifier}.{member}.call" : $"{call.Layer.Identifier}.call";

    private static string CamelCase(string name) => char.ToLowerInvariant(name[0]) + name.Substring(1);
}
