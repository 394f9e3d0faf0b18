using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Expressions;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Layers;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>
/// An expression of a flow whose names are bound. Nodes do not change and are compared by reference; what later passes find out
/// about them, such as shapes, is in tables beside the tree.
/// </summary>
/// <param name="inputs">The nodes that it is computed from, in the order in which they are written.</param>
internal abstract class FlowNode(ImmutableArray<FlowNode> inputs)
{
    /// <summary>The nodes that it is computed from, in the order in which they are written.</summary>
    public ImmutableArray<FlowNode> Inputs { get; } = inputs;

    /// <summary>Whether the value is computed from the flow's input.</summary>
    public virtual bool FromInput { get; } = inputs.Any(static input => input.FromInput);

    /// <summary>The head size that <c>.Heads</c> has split the value into, as C#; null if it was not split.</summary>
    public string? HeadSize { get; init; }

    /// <summary>
    /// Where it is written, without its operands: the <c>Up</c> of <c>x | Up</c>. Null if it has no expression of its own.
    /// </summary>
    public TextSpan? Place { get; private set; }

    /// <summary>The node behind names: what was last assigned.</summary>
    public virtual FlowNode Value => this;

    /// <summary>The node at a place; the node itself if it has one already.</summary>
    public FlowNode At(TextSpan place)
    {
        if (Place is not null)
        {
            return this;
        }

        var placed = (FlowNode)MemberwiseClone();
        placed.Place = place;
        return placed;
    }
}

/// <summary>An input of the flow.</summary>
internal sealed class InputNode(string name, ParameterSyntax syntax) : FlowNode([])
{
    public string Name { get; } = name;

    public ParameterSyntax Syntax { get; } = syntax;

    public override bool FromInput => true;
}

/// <summary>A local or parameter, as it was last assigned.</summary>
internal sealed class NameNode(string name, FlowNode value) : FlowNode([value])
{
    public string Name { get; } = name;

    public override FlowNode Value => Inputs[0].Value;
}

/// <summary>A number.</summary>
internal sealed class ScalarNode(string text, ExpressionSyntax syntax, bool isAtom) : FlowNode([])
{
    public ExpressionSyntax Syntax { get; } = syntax;

    public string Text { get; } = text;

    public bool IsAtom { get; } = isAtom;
}

/// <summary>The tensor of a raw weight.</summary>
internal sealed class WeightNode(Layer layer) : FlowNode([])
{
    public Layer Layer { get; } = layer;
}

/// <summary>A layer's output.</summary>
internal sealed class CallNode(Layer layer, string? member, ImmutableArray<FlowNode> inputs, ExpressionSyntax use)
    : FlowNode(inputs)
{
    public Layer Layer { get; } = layer;

    /// <summary>The tied readout's property; null for the layer itself.</summary>
    public string? Member { get; } = member;

    /// <summary>Where the flow names the layer.</summary>
    public ExpressionSyntax Use { get; } = use;
}

/// <summary>An activation function's output.</summary>
internal sealed class ActivationNode(ActivationFunction function, FlowNode input) : FlowNode([input])
{
    public ActivationFunction Function { get; } = function;

    public FlowNode Input => Inputs[0];
}

/// <summary><c>.Merge</c>, <c>.Tokens</c>, <c>.Pool</c>, <c>Positions</c> or <c>.Heads</c>.</summary>
/// <param name="word">The operation.</param>
/// <param name="input">The tensor.</param>
/// <param name="use">Where messages about its shape point.</param>
internal class FlowOpNode(string word, FlowNode input, Location use) : FlowNode([input])
{
    public string Word { get; } = word;

    public FlowNode Input => Inputs[0];

    public Location Use { get; } = use;

    // Positions depend only on the length of the input and not on its values, so adding them is not a residual addition.
    public override bool FromInput => Word != FlowOpTable.Positions && Input.FromInput;
}

/// <summary><c>.Heads</c>.</summary>
/// <param name="input">The tensor.</param>
/// <param name="size">The head size.</param>
/// <param name="code">The head size as C# in the flow.</param>
/// <param name="text">The whole call, for messages.</param>
/// <param name="argument">The argument.</param>
internal sealed class HeadsNode(FlowNode input, SizeArgument size, string code, string text, ExpressionSyntax argument)
    : FlowOpNode(FlowOpTable.Heads, input, argument.GetLocation())
{
    public ExpressionSyntax Argument { get; } = argument;

    public SizeArgument Size { get; } = size;

    public string Code { get; } = code;

    public string Text { get; } = text;
}

/// <summary><c>.Mean</c>, <c>.Sum</c> or <c>.Transpose</c>.</summary>
/// <param name="word">The operation.</param>
/// <param name="input">The tensor.</param>
/// <param name="axes">The axes, counted from the start, or from the end if negative.</param>
/// <param name="use">Where messages about its shape point.</param>
internal sealed class AxesNode(string word, FlowNode input, ImmutableArray<long> axes, Location use)
    : FlowOpNode(word, input, use)
{
    public ImmutableArray<long> Axes { get; } = axes;
}

/// <summary><c>.Reshape</c>.</summary>
/// <param name="input">The tensor.</param>
/// <param name="sizes">The sizes of all axes but the first; null for the one that follows from the others.</param>
/// <param name="code">The sizes as C# in the flow.</param>
/// <param name="text">The whole call, for messages.</param>
/// <param name="use">Where messages about its shape point.</param>
internal sealed class ReshapeNode(FlowNode input, ImmutableArray<Polynomial?> sizes, string code, string text, Location use)
    : FlowOpNode(FlowOpTable.Reshape, input, use)
{
    public ImmutableArray<Polynomial?> Sizes { get; } = sizes;

    /// <summary>The divisions in the sizes.</summary>
    public ImmutableArray<Division> Divisions { get; init; } = [];

    public string Code { get; } = code;

    public string Text { get; } = text;
}

/// <summary><c>Maximum</c> or <c>Minimum</c> of two tensors.</summary>
/// <param name="word">The operation.</param>
/// <param name="first">The first tensor.</param>
/// <param name="second">The second tensor.</param>
/// <param name="use">The call.</param>
internal sealed class PairNode(string word, FlowNode first, FlowNode second, Location use) : FlowNode([first, second])
{
    public string Word { get; } = word;

    public Location Use { get; } = use;
}

/// <summary>Attention.</summary>
/// <param name="query">The queries.</param>
/// <param name="key">The keys.</param>
/// <param name="value">The values.</param>
/// <param name="masks">The masks.</param>
/// <param name="causal">Whether it is causal, as C#.</param>
/// <param name="use">The call.</param>
internal sealed class AttentionNode(
    FlowNode query, FlowNode key, FlowNode value, ImmutableArray<AttentionMaskUse> masks, string causal,
    InvocationExpressionSyntax use)
    : FlowNode([query, key, value, .. masks.Select(static mask => mask.Value)])
{
    public FlowNode Query => Inputs[0];

    public FlowNode Key => Inputs[1];

    public FlowNode Values => Inputs[2];

    public ImmutableArray<AttentionMaskUse> Masks { get; } = masks;

    public string Causal { get; } = causal;

    /// <summary>The layer that biases the logits by distance; null for none.</summary>
    public Layer? Position { get; init; }

    /// <summary>The layer of the probabilities' dropout; null for none.</summary>
    public Layer? Dropout { get; init; }

    /// <summary>The sliding window, as C#; null for none.</summary>
    public string? Window { get; init; }

    /// <summary>The call.</summary>
    public InvocationExpressionSyntax Use { get; } = use;

    public string? HeadSizeOfQuery => Query.HeadSize;
}

/// <summary>A mask of attention: the parameter's name, the mask, and where it is stated.</summary>
internal sealed record AttentionMaskUse(string Parameter, FlowNode Value, Location Use);

/// <summary>Arithmetic on tensors, or on a tensor and a number.</summary>
internal sealed class BinaryNode(char @operator, FlowNode left, FlowNode right, Location use) : FlowNode([left, right])
{
    public char Operator { get; } = @operator;

    public FlowNode Left => Inputs[0];

    public FlowNode Right => Inputs[1];

    /// <summary>The number that the other operand is multiplied with or divided by; null if there is none.</summary>
    public ScalarNode? Factor => Operator switch
    {
        '*' => Left as ScalarNode ?? Right as ScalarNode,
        '/' => Right as ScalarNode,
        _ => null,
    };

    /// <summary>The whole expression.</summary>
    public Location Use { get; } = use;
}

/// <summary>Unary minus.</summary>
internal sealed class NegationNode(FlowNode operand) : FlowNode([operand])
{
    public FlowNode Operand => Inputs[0];
}

/// <summary><c>Cat</c>.</summary>
/// <param name="parts">The tensors.</param>
/// <param name="axis">The axis that the flow states; null for the features.</param>
/// <param name="use">The call.</param>
internal sealed class JoinNode(ImmutableArray<FlowNode> parts, long? axis, InvocationExpressionSyntax use) : FlowNode(parts)
{
    /// <summary>The axis that the flow states; null for the features.</summary>
    public long? Axis { get; } = axis;

    public InvocationExpressionSyntax Use { get; } = use;
}

/// <summary>The output of a method of the user's, marked <c>[Op]</c>.</summary>
/// <param name="method">Its name.</param>
/// <param name="callee">The method as emitted code names it.</param>
/// <param name="contract">The shapes that it maps.</param>
/// <param name="inputs">The arguments.</param>
/// <param name="tensors">Those of the arguments that are tensors.</param>
/// <param name="use">The call.</param>
internal sealed class OpNode(
    string method, string callee, Contract contract, ImmutableArray<FlowNode> inputs, ImmutableArray<FlowNode> tensors,
    Location use)
    : FlowNode(inputs)
{
    public string Method { get; } = method;

    public string Callee { get; } = callee;

    public Contract Contract { get; } = contract;

    public ImmutableArray<FlowNode> Tensors { get; } = tensors;

    /// <summary>Whether the op is said to treat each position by itself.</summary>
    public bool PerPosition { get; init; }

    public Location Use { get; } = use;

    public string Name => Callee.Substring(Callee.LastIndexOf('.') + 1).TrimStart('@');
}

/// <summary>Several tensors before they are deconstructed: the outputs of a block or an op.</summary>
/// <param name="input">The call.</param>
/// <param name="count">The number of tensors.</param>
internal class PartsNode(FlowNode input, int count) : FlowNode([input])
{
    public FlowNode Input => Inputs[0];

    public int Count { get; } = count;
}

/// <summary><c>.Split</c>.</summary>
/// <param name="input">The tensor.</param>
/// <param name="count">The number of parts.</param>
/// <param name="sizes">The sizes of the parts; empty for equal ones.</param>
/// <param name="cut">The parts as C#: their number or the list of their sizes.</param>
/// <param name="text">The whole call, for messages.</param>
/// <param name="use">Where messages about its shape point.</param>
internal sealed class SplitNode(
    FlowNode input, int count, ImmutableArray<Polynomial> sizes, string cut, string text, Location use) : PartsNode(input, count)
{
    public ImmutableArray<Polynomial> Sizes { get; } = sizes;

    public string Cut { get; } = cut;

    public string Text { get; } = text;

    public Location Use { get; } = use;

    /// <summary>The divisions in the sizes of the parts.</summary>
    public ImmutableArray<Division> Divisions { get; init; } = [];
}

/// <summary>One of several tensors.</summary>
internal sealed class PartNode(PartsNode parts, int index) : FlowNode([parts])
{
    public PartsNode Parts => (PartsNode)Inputs[0];

    public int Index { get; } = index;
}

/// <summary>The result of an error. Nothing further is reported about it, only about what it contains.</summary>
/// <param name="operands">The nodes inside that could be read.</param>
internal sealed class UnknownNode(params FlowNode[] operands) : FlowNode([.. operands])
{
    /// <summary>The layers that it names.</summary>
    public ImmutableArray<Layer> Layers { get; init; } = [];

    public override bool FromInput => false;
}
