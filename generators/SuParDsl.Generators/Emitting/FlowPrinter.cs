using SuParDsl.Generators.Model;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Emitting;

/// <summary>Prints the expressions of a <c>forward</c>.</summary>
internal static class FlowPrinter
{
    private const string Functional = "global::SuParDsl.Functional.";
    private const string Nonlinearity = "global::SuParDsl.Nonlinearity.";

    public static string Print(FlowExpression expression) => expression switch
    {
        FlowExpression.Local local => local.Name,
        FlowExpression.Scalar scalar => scalar.Text,
        FlowExpression.Weight weight => weight.Layer + ".weight",
        FlowExpression.Call call => $"{call.Function}({string.Join(", ", call.Inputs.Select(Print))})",
        FlowExpression.Activation activation => activation.Function.Replace("{0}", Print(activation.Input)),
        FlowExpression.Word { Argument: { } argument } word => $"{Functional}{word.Function}({Print(word.Input)}, {argument})",
        FlowExpression.Word word => $"{Functional}{word.Function}({Print(word.Input)})",
        FlowExpression.Chain chain => $"{Functional}Chain({Print(chain.Input)}, [{string.Join(", ", chain.Layers)}], "
            + $"[{string.Join(", ", chain.Between.Select(static function => Nonlinearity + function))}])",
        FlowExpression.Attention attention => $"{Functional}Attention({string.Join(", ", Arguments(attention))})",
        FlowExpression.Join join =>
            $"global::TorchSharp.torch.cat([{string.Join(", ", join.Parts.Select(Print))}], {Rational.Text(join.Axis)})",
        FlowExpression.Binary { Operator: var sign } binary =>
            $"{Operand(binary.Left, sign, isRight: false)} {sign} {Operand(binary.Right, sign, isRight: true)}",
        FlowExpression.Negation negation => "-" + Primary(negation.Operand),
        FlowExpression.ResidualAdd add => $"{Primary(add.Stream)}.add({Print(add.Branch)}, alpha: {add.Scale})",
        FlowExpression.Alias alias => Primary(alias.Operand) + ".alias()",
        _ => throw new InvalidOperationException($"{expression.GetType().Name} cannot be printed"),
    };

    /// <summary>An expression that a member access can follow.</summary>
    public static string Primary(FlowExpression expression) =>
        expression is FlowExpression.Binary or FlowExpression.Negation or FlowExpression.Scalar { IsAtom: false }
            ? $"({Print(expression)})"
            : Print(expression);

    private static string[] Arguments(FlowExpression.Attention attention) =>
    [
        Print(attention.Query), Print(attention.Key), Print(attention.Value),
        "causal: " + attention.Causal,
        $"scale: {attention.Scale}({attention.HeadSize})",
        .. attention.Position is { } position ? [$"position: {position}"] : Array.Empty<string>(),
    ];

    private static string Operand(FlowExpression operand, char @operator, bool isRight)
    {
        var needs = operand switch
        {
            FlowExpression.Binary inner => Rank(inner.Operator) < Rank(@operator)
                || (isRight && Rank(inner.Operator) == Rank(@operator)),
            FlowExpression.Scalar { IsAtom: false } => true,
            FlowExpression.Negation => isRight,
            _ => false,
        };
        return needs ? $"({Print(operand)})" : Print(operand);
    }

    private static int Rank(char @operator) => @operator is '*' or '/' ? 2 : 1;
}
