namespace SuParDsl.Generators.Model;

/// <summary>An expression of an emitted <c>forward</c>.</summary>
internal abstract record FlowExpression
{
    /// <summary>A local or parameter.</summary>
    public sealed record Local(string Name) : FlowExpression;

    /// <summary>A number, as the user wrote it.</summary>
    public sealed record Scalar(string Text, bool IsAtom) : FlowExpression;

    /// <summary>The tensor of a raw weight.</summary>
    public sealed record Weight(string Layer) : FlowExpression;

    /// <summary>The output of a layer or of a method of the user's.</summary>
    public sealed record Call(string Function, EquatableArray<FlowExpression> Inputs) : FlowExpression;

    /// <summary>An activation function of a tensor.</summary>
    public sealed record Activation(ActivationFunction Function, FlowExpression Input) : FlowExpression;

    /// <summary>A flow operation that is a function: its name in <c>Functional</c> and its arguments.</summary>
    public sealed record FlowOp(string Function, FlowExpression Input, string? Argument) : FlowExpression;

    /// <summary>A flow operation on two tensors: its name in <c>Functional</c>.</summary>
    public sealed record Pair(string Function, FlowExpression First, FlowExpression Second) : FlowExpression;

    /// <summary>Linear layers one after the other, with a function of <c>Nonlinearity</c> between each two.</summary>
    public sealed record Chain(FlowExpression Input, EquatableArray<string> Layers, EquatableArray<string> Between)
        : FlowExpression;

    /// <summary>Attention over heads.</summary>
    public sealed record Attention(
        FlowExpression Query, FlowExpression Key, FlowExpression Value, string Causal, string Scale, string HeadSize,
        EquatableArray<NamedArgument> Options, string KeyValues)
        : FlowExpression;

    /// <summary>An argument with the name of its parameter.</summary>
    public sealed record NamedArgument(string Name, FlowExpression Value);

    /// <summary>Tensors joined along an axis.</summary>
    public sealed record Join(EquatableArray<FlowExpression> Parts, long Axis) : FlowExpression;

    /// <summary>a + b, a − b, a · b, a / b.</summary>
    public sealed record Binary(char Operator, FlowExpression Left, FlowExpression Right) : FlowExpression;

    /// <summary>−a.</summary>
    public sealed record Negation(FlowExpression Operand) : FlowExpression;

    /// <summary>A branch that is added to the stream it came from, times a scale where depth scales.</summary>
    public sealed record ResidualAdd(FlowExpression Stream, FlowExpression Branch, string Scale) : FlowExpression;

    /// <summary>
    /// A new handle to a tensor that may belong to the caller, so that theirs stays valid when this one is disposed.
    /// </summary>
    public sealed record Alias(FlowExpression Operand) : FlowExpression;
}
