using System.Collections.Immutable;
using SuParDsl.Generators.Model;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>
/// Turns a flow into statements: the user's locals keep their names, and each layer's output that goes straight into
/// another layer gets a local named after the layer.
/// </summary>
internal sealed class FlowLowering
{
    private readonly DeclarationContext context;
    private readonly Dictionary<BinaryNode, FlowNode> residuals;
    private readonly HashSet<string> taken;
    private readonly HashSet<FlowNode> returned = [];
    private readonly ImmutableArray<FlowStatement>.Builder statements = ImmutableArray.CreateBuilder<FlowStatement>();

    private FlowLowering(DeclarationContext context, ParsedFlow flow)
    {
        this.context = context;
        residuals = FlowGraph.ResidualAdds(flow.Results);
        taken = [.. flow.Names];
    }

    public static ForwardModel Lower(DeclarationContext context, ParsedFlow flow)
    {
        var lowering = new FlowLowering(context, flow);
        var scope = lowering.Name("scope");
        foreach (var step in flow.Steps)
        {
            lowering.Lower(step);
        }

        return new(scope, flow.InWords(static input => input.Name + ": ") + ".", lowering.statements.ToImmutable());
    }

    private void Lower(FlowStep step)
    {
        switch (step)
        {
            case FlowStep.Assign { Type: { } type } declare:
                statements.Add(new FlowStatement.Declare(type, declare.Name, Whole(declare.Value)));
                break;
            case FlowStep.Assign assign:
                statements.Add(new FlowStatement.Assign(assign.Name, Whole(assign.Value)));
                break;
            case FlowStep.Split split:
                statements.Add(new FlowStatement.Split(split.Names, split.IsDeclaration, Name("parts"), Part(split.Value.Input), split.Value.Cut));
                break;
            case FlowStep.Return result:
                statements.Add(new FlowStatement.Return(result.Values.Select(Returned).ToImmutableArray()));
                break;
        }
    }

    /// <summary>What is returned: a tensor that is the caller's, or is returned twice, under a handle of its own.</summary>
    private FlowExpression Returned(FlowNode node)
    {
        var value = Whole(node);
        return !returned.Add(node.Value) || node.Value is InputNode or WeightNode ? new FlowExpression.Alias(value) : value;
    }

    /// <summary>The value of a whole statement.</summary>
    private FlowExpression Whole(FlowNode node) => node is AttentionNode attention ? Attention(attention) : Part(node);

    private FlowExpression Part(FlowNode node) => node switch
    {
        NameNode name => new FlowExpression.Local(name.Name),
        ScalarNode scalar => new FlowExpression.Scalar(scalar.Text, scalar.IsAtom),
        WeightNode weight => new FlowExpression.Weight(weight.Layer.Identifier),
        CallNode call => new FlowExpression.Call(Callee(call), call.Inputs.Select(Input).ToImmutableArray()),
        OpNode op => new FlowExpression.Call(op.Callee, op.Inputs.Select(Part).ToImmutableArray()),
        ActivationNode activation => new FlowExpression.Activation(WordTable.Activation(activation.Word)!, Part(activation.Input)),
        WordNode word => new FlowExpression.Word(word.Word, Part(word.Input), word.Argument),
        JoinNode join => new FlowExpression.Join(join.Parts.Select(Part).ToImmutableArray(), join.Axis),
        AttentionNode attention => Hoist("attention", Attention(attention)),
        NegationNode negation => new FlowExpression.Negation(Part(negation.Operand)),
        BinaryNode binary when residuals.TryGetValue(binary, out var branch) =>
            new FlowExpression.ResidualAdd(Part(branch == binary.Left ? binary.Right : binary.Left), Part(branch)),
        BinaryNode binary => new FlowExpression.Binary(binary.Operator, Part(binary.Left), Part(binary.Right)),
        _ => throw new InvalidOperationException($"{node.GetType().Name} cannot be lowered"),
    };

    /// <summary>What a layer is called with: another layer's output, with the activations after it, gets its own local.</summary>
    private FlowExpression Input(FlowNode node)
    {
        var source = node;
        while (source is ActivationNode activation)
        {
            source = activation.Input;
        }

        return source is CallNode call ? Hoist(CamelCase(call.Layer.Name), Part(node)) : Part(node);
    }

    private FlowExpression Attention(AttentionNode attention)
    {
        var query = Part(attention.Query);
        if (attention.HeadSizeOfQuery is not { } size)
        {
            // Without .Heads the head size is whatever the query has.
            query = query is FlowExpression.Local ? query : Hoist("query", query);
            size = ((FlowExpression.Local)query).Name + ".shape[^1]";
        }

        return new FlowExpression.Attention(query, Part(attention.Key), Part(attention.Values), attention.Causal, size, attention.Position?.Identifier);
    }

    private FlowExpression Hoist(string wanted, FlowExpression value)
    {
        var name = UserSyntax.Escape(Name(wanted));
        statements.Add(new FlowStatement.Declare("var", name, value));
        return new FlowExpression.Local(name);
    }

    private string Name(string wanted)
    {
        var name = context.Unique(wanted, taken);
        taken.Add(name);
        return name;
    }

    private static string Callee(CallNode call) => $"{call.Layer.Identifier}{(call.Member is null ? string.Empty : "." + call.Member)}.call";

    private static string CamelCase(string name) => char.ToLowerInvariant(name[0]) + name.Substring(1);
}
