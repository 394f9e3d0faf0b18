using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Syntax;

namespace SuParDsl.Generators.Parsing.Cures;

/// <summary>
/// Rewrites calls of layers and of TorchSharp as the flow language has them: <c>relu(A.forward(x))</c> is
/// <c>x | A | Relu</c>.
/// </summary>
internal sealed class FlowRewriter(FlowNames names)
{
    /// <summary>The expression in the flow language; null if it is not known how it is written there.</summary>
    public Written? Rewrite(ExpressionSyntax expression) => expression switch
    {
        InvocationExpressionSyntax call => OfLayer(call) ?? OfOperation(call) ?? OfTorch(call),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalOrExpression } either =>
            new($"{Of(either.Left).Piped} | {UserSyntax.OneLine(either.Right)}", Binding.Pipe),
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } sure => Of(sure.Operand),
        CastExpressionSyntax { Type: IdentifierNameSyntax { Identifier.ValueText: "Tensor" } } cast => Of(cast.Expression),
        _ => null,
    };

    /// <summary>An expression with all that can be rewritten in it.</summary>
    public Written Of(ExpressionSyntax expression)
    {
        if (Rewrite(expression) is { } rewritten)
        {
            return rewritten;
        }

        switch (expression)
        {
            case ParenthesizedExpressionSyntax parenthesized:
                return Of(parenthesized.Expression);
            case BinaryExpressionSyntax binary when binary.IsKind(SyntaxKind.BitwiseOrExpression):
                var target = Target(binary.Right) ?? UserSyntax.OneLine(binary.Right);
                return new($"{Of(binary.Left).Piped} | {target}", Binding.Pipe);
            case BinaryExpressionSyntax binary:
                return new($"{Operand(binary.Left)} {binary.OperatorToken.Text} {Operand(binary.Right)}", Binding.Arithmetic);
            default:
                var isAtom = expression is NameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax
                    or LiteralExpressionSyntax or ElementAccessExpressionSyntax or ThisExpressionSyntax;
                return new(UserSyntax.OneLine(expression), isAtom ? Binding.Atom : Binding.Arithmetic);
        }
    }

    /// <summary>The right side of a pipe as the flow language has it; null if that is not known.</summary>
    public string? Target(ExpressionSyntax target)
    {
        var called = target is InvocationExpressionSyntax call ? call.Expression : target;
        if (called is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "forward" or "call" or "Forward" } access
            && names.Layer(access.Expression) is { } owner)
        {
            return owner.Name;
        }

        if (target is InvocationExpressionSyntax && names.Layer(called) is { } layer)
        {
            return layer.Name;
        }

        return TorchCall.NameOf(called) is { } word && (called is not MemberAccessExpressionSyntax path
            || names.IsPath(path.Expression)) ? TorchNames.Activation(word) : null;
    }

    private string Operand(ExpressionSyntax expression)
    {
        // What the user wrote keeps its parentheses, and what was rewritten gets them where it needs them.
        var unwrapped = UserSyntax.Unwrap(expression);
        return Rewrite(unwrapped) is { } rewritten ? rewritten.Closed : UserSyntax.OneLine(expression);
    }

    private Written? OfLayer(InvocationExpressionSyntax call)
    {
        var layer = call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "forward" or "call" } access
            ? names.Layer(access.Expression)
            : names.Layer(call.Expression);
        var arguments = call.ArgumentList.Arguments;
        return layer is null || arguments.Count == 0 ? null
            : arguments.Count == 1 ? new($"{Of(arguments[0].Expression).Piped} | {layer.Name}", Binding.Pipe)
            : new($"{layer.Name}.call({Texts(arguments.Select(static a => a.Expression))})", Binding.Atom);
    }

    /// <summary>A flow operation that is called in another way: <c>Relu(x)</c>, <c>x.Relu()</c> or <c>Heads(x, 8)</c>.</summary>
    private Written? OfOperation(InvocationExpressionSyntax call)
    {
        var arguments = call.ArgumentList.Arguments;
        return call.Expression switch
        {
            IdentifierNameSyntax { Identifier.ValueText: var word }
                when FlowOpTable.Activation(word) is not null && arguments.Count > 0 =>
                new($"{Of(arguments[0].Expression).Piped} | {word}", Binding.Pipe),
            MemberAccessExpressionSyntax { Name.Identifier.ValueText: var word } access
                when FlowOpTable.Activation(word) is not null && !names.IsPath(access.Expression) =>
                new($"{Of(access.Expression).Piped} | {word}", Binding.Pipe),
            IdentifierNameSyntax { Identifier.ValueText: var word }
                when FlowOpTable.IsMember(word) && arguments.Count > 0 && names.OwnMethod(word) is null =>
                new($"{Of(arguments[0].Expression).Closed}.{word}({Texts(arguments.Skip(1).Select(static a => a.Expression))})",
                    Binding.Atom),
            MemberAccessExpressionSyntax { Name.Identifier.ValueText: FlowOpTable.Positions } access
                when arguments.Count == 0 && !names.IsPath(access.Expression) =>
                new($"{FlowOpTable.Positions}({Of(access.Expression).Text})", Binding.Atom),
            _ => null,
        };
    }

    private Written? OfTorch(InvocationExpressionSyntax syntax) =>
        TorchCall.Of(syntax, names) is { Tensor: { } tensor } call ? OfTorch(call, tensor) : null;

    private Written? OfTorch(TorchCall call, ExpressionSyntax tensor) => call.Name switch
    {
        "softmax" => call.Argument(0, "dim") is null or PrefixUnaryExpressionSyntax { Operand: LiteralExpressionSyntax
            { Token.ValueText: "1" } } ? Pipe(tensor, "Softmax") : null,
        "gelu" when call.Arguments.Count == 0 => Pipe(tensor, "Gelu"),
        "gelu" => null,
        var name when TorchNames.Activation(name) is { } activation => Pipe(tensor, activation),
        "clone" or "contiguous" or "alias" => Of(tensor),
        "add" or "sub" or "mul" or "div" when call.Arguments is [{ Expression: var other }] =>
            new($"{Operand(tensor)} {TorchNames.Operator(call.Name)} {Operand(other)}", Binding.Arithmetic),
        "neg" when call.Arguments.Count == 0 => new($"-{Of(tensor).Closed}", Binding.Arithmetic),
        "cat" or "concat" or "concatenate" when TorchCall.ElementsOf(tensor) is { Count: > 1 } parts => Cat(call, parts),
        "scaled_dot_product_attention" => Attention(call, tensor),
        "transpose" or "swapaxes" or "swapdims" => Transposed(call, tensor),
        "view" or "reshape" when call.Values.Count == 3 && Bare(tensor) is { Name: "transpose", Tensor: { } heads } inner
            && IsOneTwo(inner) => Member(heads, "Merge()"),
        "mean" when call.Arguments.Count == 1 && string.Join(",", call.Values) is "1" or "2,3" or "3,2" or "-2,-1" or "-1,-2" =>
            Member(tensor, "Pool()"),
        "mean" or "sum" when call.Values is [var axis] && call.Arguments.Count == 1 && int.TryParse(axis, out _) =>
            Member(tensor, $"{(call.Name == "mean" ? FlowOpTable.Mean : FlowOpTable.Sum)}({axis})"),
        "flatten" when call.Values is ["1"] => Member(tensor, "Reshape(-1)"),
        "maximum" or "max" when call.Arguments is [{ Expression: var other }] && other is not LiteralExpressionSyntax
            and not PrefixUnaryExpressionSyntax => Pair(FlowOpTable.Maximum, tensor, other),
        "minimum" or "min" when call.Arguments is [{ Expression: var other }] && other is not LiteralExpressionSyntax
            and not PrefixUnaryExpressionSyntax => Pair(FlowOpTable.Minimum, tensor, other),
        "reciprocal" when call.Arguments.Count == 0 => new($"1 / {Of(tensor).Closed}", Binding.Arithmetic),
        "square" when call.Arguments.Count == 0 && tensor is IdentifierNameSyntax =>
            new($"{tensor} * {tensor}", Binding.Arithmetic),
        _ => null,
    };

    private Written Pair(string word, ExpressionSyntax first, ExpressionSyntax second) =>
        new($"{word}({Of(first).Text}, {Of(second).Text})", Binding.Atom);

    private Written? Transposed(TorchCall call, ExpressionSyntax tensor) => IsOneTwo(call) ? Bare(tensor) switch
    {
        { Name: "view" or "reshape", Tensor: { } whole, Values: { Count: 4 } sizes } => Member(whole, $"Heads({sizes[3]})"),
        { Name: "flatten", Tensor: { } image, Values: ["2"] } => Member(image, "Tokens()"),
        _ => Swapped(call, tensor),
    } : Swapped(call, tensor);

    private Written? Swapped(TorchCall call, ExpressionSyntax tensor) =>
        call.Values is [var first, var second] ? Member(tensor, $"Transpose({first}, {second})") : null;

    private Written Cat(TorchCall call, IReadOnlyList<ExpressionSyntax> parts)
    {
        var axis = call.Argument(0, "dim") is { } dim ? UserSyntax.OneLine(dim) : "0";
        return new(axis == "-1" ? $"Cat({Texts(parts)})" : $"Cat({Texts(parts)}, axis: {axis})", Binding.Atom);
    }

    private Written? Attention(TorchCall call, ExpressionSyntax query)
    {
        var (key, value) = (call.Argument(0, "key"), call.Argument(1, "value"));
        var causal = call.Argument(4, "is_casual", "is_causal");
        var mask = call.Argument(2, "attn_mask") is { } given and not LiteralExpressionSyntax ? $", mask: {Of(given).Text}"
            : string.Empty;
        return key is null || value is null ? null
            : new($"Attention({Texts([query, key, value])}, "
                + $"causal: {(causal is null ? "false" : UserSyntax.OneLine(causal))}{mask})", Binding.Atom);
    }

    /// <summary>The call that a tensor is the result of, without calls that only copy.</summary>
    private TorchCall? Bare(ExpressionSyntax tensor)
    {
        var call = TorchCall.Of(UserSyntax.Unwrap(tensor), names);
        return call is { Name: "contiguous" or "clone", Tensor: { } inner } ? Bare(inner) : call;
    }

    private static bool IsOneTwo(TorchCall call) => string.Join(",", call.Values) is "1,2" or "2,1";

    private Written Pipe(ExpressionSyntax tensor, string target) => new($"{Of(tensor).Piped} | {target}", Binding.Pipe);

    private Written Member(ExpressionSyntax tensor, string member) => new($"{Of(tensor).Closed}.{member}", Binding.Atom);

    private string Texts(IEnumerable<ExpressionSyntax> expressions) =>
        string.Join(", ", expressions.Select(expression => Of(expression).Text));
}
