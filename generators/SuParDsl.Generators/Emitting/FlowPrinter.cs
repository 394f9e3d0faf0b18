using SuParDsl.Generators.Model;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Emitting;

/// <summary>Prints the expressions of a <c>forward</c>.</summary>
internal static class FlowPrinter
{
    private const string Functional = EmittedNames.Library + "Functional.";
    private const string Nonlinearity = EmittedNames.Library + "Nonlinearity.";

    public static string Print(FlowExpression expression) => expression switch
    {
        FlowExpression.Local local => local.Name,
        FlowExpression.Scalar scalar => scalar.Text,
        FlowExpression.Weight weight => weight.Layer + ".weight",
        FlowExpression.Call call => $"{call.Function}({string.Join(", ", call.Inputs.Select(Print))})",
        FlowExpression.Activation activation => ActivationPrinter.Print(activation.Function, Print(activation.Input)),
        FlowExpression.FlowOp { Argument: { } argument } word => $"{Functional}{word.Function}({Print(word.Input)}, {argument})",
        FlowExpression.FlowOp word => $"{Functional}{word.Function}({Print(word.Input)})",
        FlowExpression.Pair pair => $"{Functional}{pair.Function}({Print(pair.First)}, {Print(pair.Second)})",
        FlowExpression.Chain chain => $"{Functional}Chain({Print(chain.Input)}, [{string.Join(", ", chain.Layers)}], "
            + $"[{string.Join(", ", chain.Between.Select(static function => Nonlinearity + function))}])",
        FlowExpression.Attention attention => $"{Functional}Attention({string.Join(", ", Arguments(attention))})",
        FlowExpression.Join join =>
            $"{EmittedNames.Torch}cat([{string.Join(", ", join.Parts.Select(Print))}], {Rational.Text(join.Axis)})",
        FlowExpression.Binary binary => Binary(binary),
        FlowExpression.Negation negation => "-" + Primary(negation.Operand),
        FlowExpression.ResidualAdd add => $"{Functional}Add({Print(add.Stream)}, {Print(add.Branch)}, {add.Scale})",
        FlowExpression.Alias alias => Primary(alias.Operand) + ".alias()",
        _ => throw new InvalidOperationException($"{expression.GetType().Name} cannot be printed"),
    };

    /// <summary>An expression that a member access can follow.</summary>
    public static string Primary(FlowExpression expression) =>
        IsInfix(expression) || expression is FlowExpression.Negation ? $"({Print(expression)})" : Print(expression);

    private static string[] Arguments(FlowExpression.Attention attention) =>
    [
        Print(attention.Query), Print(attention.Key), Print(attention.Value),
        "causal: " + attention.Causal,
        $"scale: {attention.Scale}({attention.HeadSize})",
        .. attention.Options.Select(static option => $"{option.Name}: {Print(option.Value)}"),
        "cache: " + attention.KeyValues,
    ];

    // TorchSharp's operators with numbers, and its sum of tensors, which has a factor of 1, let the number be freed during the
    // call.
    private static string Binary(FlowExpression.Binary binary) => binary switch
    {
        { Operator: '+', Left: FlowExpression.Scalar } => $"{Functional}AddNumber({Print(binary.Right)}, {Print(binary.Left)})",
        { Operator: '+', Right: FlowExpression.Scalar } => $"{Functional}AddNumber({Print(binary.Left)}, {Print(binary.Right)})",
        { Operator: '-', Left: FlowExpression.Scalar } =>
            $"{Functional}SubtractFrom({Print(binary.Right)}, {Print(binary.Left)})",
        { Operator: '-', Right: FlowExpression.Scalar } =>
            $"{Functional}SubtractNumber({Print(binary.Left)}, {Print(binary.Right)})",
        { Operator: '/', Left: FlowExpression.Scalar } =>
            $"{Functional}DivideNumber({Print(binary.Right)}, {Print(binary.Left)})",
        { Operator: '/', Right: not FlowExpression.Scalar } =>
            $"{Functional}Quotient({Print(binary.Left)}, {Print(binary.Right)})",
        { Operator: '+' } => $"{Functional}Add({Print(binary.Left)}, {Print(binary.Right)})",
        { Operator: '*', Left: FlowExpression.Scalar } => $"{Functional}Multiply({Print(binary.Right)}, {Print(binary.Left)})",
        { Operator: '*', Right: FlowExpression.Scalar } => $"{Functional}Multiply({Print(binary.Left)}, {Print(binary.Right)})",
        { Operator: '/' } => $"{Functional}Divide({Print(binary.Left)}, {Print(binary.Right)})",
        _ => $"{Operand(binary.Left, binary.Operator, isRight: false)} {binary.Operator} "
            + Operand(binary.Right, binary.Operator, isRight: true),
    };

    private static bool IsInfix(FlowExpression expression) => expression
        is FlowExpression.Binary { Operator: '-', Left: not FlowExpression.Scalar, Right: not FlowExpression.Scalar }
        or FlowExpression.Binary { Operator: '*', Left: not FlowExpression.Scalar, Right: not FlowExpression.Scalar };

    private static string Operand(FlowExpression operand, char sign, bool isRight)
    {
        var isDifference = operand is FlowExpression.Binary { Operator: '-' } && IsInfix(operand);
        var needs = isRight
            ? operand is FlowExpression.Negation || (IsInfix(operand) && (sign == '*' || isDifference))
            : sign == '*' && isDifference;
        return needs ? $"({Print(operand)})" : Print(operand);
    }
}
