using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using SuParDsl.Generators.Parsing.Layers;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>An expression of a flow, with what is known of its value.</summary>
/// <param name="shape">The value's shape; null after an error, where nothing more is said about it.</param>
/// <param name="fromInput">Whether the value is computed from the flow's input.</param>
internal abstract class FlowNode(Shape? shape, bool fromInput)
{
    public Shape? Shape { get; } = shape;

    public bool FromInput { get; } = fromInput;

    /// <summary>The head size that <c>.Heads</c> has split the value into, as C#; null if it was not split.</summary>
    public string? HeadSize { get; set; }

    /// <summary>
    /// Where it is written, without its operands: the <c>Up</c> of <c>x | Up</c>. Null if it has no expression of its own.
    /// </summary>
    public TextSpan? Place { get; set; }

    /// <summary>The node behind names: what was last assigned.</summary>
    public virtual FlowNode Value => this;
}

/// <summary>The flow's input.</summary>
internal sealed class InputNode(Shape shape) : FlowNode(shape, fromInput: true);

/// <summary>A local or parameter, as it was last assigned.</summary>
internal sealed class NameNode(string name, FlowNode value) : FlowNode(value.Shape, value.FromInput)
{
    public string Name { get; } = name;

    public override FlowNode Value => value.Value;
}

/// <summary>A number.</summary>
internal sealed class ScalarNode(string text, ExpressionSyntax syntax, bool isAtom) : FlowNode(null, fromInput: false)
{
    public ExpressionSyntax Syntax { get; } = syntax;

    public string Text { get; } = text;

    public bool IsAtom { get; } = isAtom;
}

/// <summary>The tensor of a raw weight.</summary>
internal sealed class WeightNode(Layer layer, Shape? shape) : FlowNode(shape, fromInput: false)
{
    public Layer Layer { get; } = layer;
}

/// <summary>A layer's output.</summary>
internal sealed class CallNode(Layer layer, string? member, ImmutableArray<FlowNode> inputs, Shape? shape, ExpressionSyntax use)
    : FlowNode(shape, inputs.Any(static input => input.FromInput))
{
    public Layer Layer { get; } = layer;

    /// <summary>The tied readout's property; null for the layer itself.</summary>
    public string? Member { get; } = member;

    public ImmutableArray<FlowNode> Inputs { get; } = inputs;

    /// <summary>Where the flow names the layer.</summary>
    public ExpressionSyntax Use { get; } = use;
}

/// <summary>An activation function's output.</summary>
internal sealed class ActivationNode(string word, FlowNode input) : FlowNode(input.Shape, input.FromInput)
{
    public string Word { get; } = word;

    public FlowNode Input { get; } = input;
}

/// <summary><c>.Heads</c>, <c>.Merge</c>, <c>.Tokens</c>, <c>.Pool</c> or <c>Positions</c>.</summary>
internal sealed class FlowOpNode(string word, FlowNode input, string? argument, Shape? shape, bool fromInput)
    : FlowNode(shape, fromInput)
{
    public string Word { get; } = word;

    public FlowNode Input { get; } = input;

    public string? Argument { get; } = argument;
}

/// <summary>Attention.</summary>
internal sealed class AttentionNode(
    FlowNode query, FlowNode key, FlowNode value, string causal, Layer? position, Shape? shape, Location word)
    : FlowNode(shape, query.FromInput || key.FromInput || value.FromInput)
{
    public FlowNode Query { get; } = query;

    public FlowNode Key { get; } = key;

    public FlowNode Values { get; } = value;

    public string Causal { get; } = causal;

    /// <summary>The layer that biases the logits by distance; null for none.</summary>
    public Layer? Position { get; } = position;

    /// <summary>Where the flow names it.</summary>
    public Location Word { get; } = word;

    public string? HeadSizeOfQuery => Query.HeadSize;
}

/// <summary>Arithmetic on tensors, or on a tensor and a number.</summary>
internal sealed class BinaryNode(
    char @operator, FlowNode left, FlowNode right, Shape? shape) : FlowNode(shape, left.FromInput || right.FromInput)
{
    public char Operator { get; } = @operator;

    public FlowNode Left { get; } = left;

    public FlowNode Right { get; } = right;
}

/// <summary>Unary minus.</summary>
internal sealed class NegationNode(FlowNode operand) : FlowNode(operand.Shape, operand.FromInput)
{
    public FlowNode Operand { get; } = operand;
}

/// <summary><c>Cat</c>.</summary>
internal sealed class JoinNode(ImmutableArray<FlowNode> parts, long axis, Shape? shape)
    : FlowNode(shape, parts.Any(static part => part.FromInput))
{
    public ImmutableArray<FlowNode> Parts { get; } = parts;

    public long Axis { get; } = axis;
}

/// <summary>The output of a method of the user's, marked <c>[Op]</c>.</summary>
internal sealed class OpNode(string callee, ImmutableArray<FlowNode> inputs, Shape? shape)
    : FlowNode(shape, inputs.Any(static input => input.FromInput))
{
    public string Callee { get; } = callee;

    public string Name => Callee.Substring(Callee.LastIndexOf('.') + 1).TrimStart('@');

    public ImmutableArray<FlowNode> Inputs { get; } = inputs;
}

/// <summary>Several tensors before they are deconstructed: the result of <c>.Split</c> or of a call.</summary>
/// <param name="input">What is cut, or the call.</param>
/// <param name="parts">The shapes of the parts.</param>
/// <param name="cut">How it is cut, as the arguments of <c>Functional.Split</c>; null for a call that gives a tuple.</param>
internal sealed class PartsNode(FlowNode input, ImmutableArray<Shape?> parts, string? cut) : FlowNode(null, input.FromInput)
{
    public FlowNode Input { get; } = input;

    public ImmutableArray<Shape?> Shapes { get; } = parts;

    public int Count => Shapes.Length;

    public string? Cut { get; } = cut;
}

/// <summary>One part of a split.</summary>
internal sealed class PartNode(PartsNode parts, int index) : FlowNode(parts.Shapes[index], parts.FromInput)
{
    public PartsNode Parts { get; } = parts;
}

/// <summary>The result of an error; nothing further is reported about it.</summary>
internal sealed class UnknownNode() : FlowNode(null, fromInput: false);
