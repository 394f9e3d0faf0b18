using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Cures;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Expressions;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Layers;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>Reads the expressions of a flow: names, pipes, arithmetic and flow operations.</summary>
internal sealed class FlowExpressions
{
    private readonly DeclarationContext context;
    private readonly FlowScope scope;
    private readonly CallReader calls;
    private readonly JoinOps joins;
    private readonly Ops ops;
    private readonly ExpressionCures cures;

    public FlowExpressions(DeclarationContext context, FlowScope scope)
    {
        (this.context, this.scope) = (context, scope);
        joins = new(this, context);
        ops = new(this, context);
        calls = new(this, joins, context);
        cures = new(new(
            scope.IsDefined, expression => LayerOf(expression) is { } layer
                ? new(layer.Name, layer.Block?.Inputs.Length ?? 1, layer.Count is not null) : null,
            ops.MayBeTorch, ops.OwnMethod));
    }

    /// <summary>An expression that must be a tensor.</summary>
    public FlowNode Tensor(ExpressionSyntax expression)
    {
        var value = Any(expression);
        return value is PartsNode parts
            ? Refuse(expression, $"it returns {Rational.Text(parts.Count)} tensors", "deconstruct them: var (a, b) = …;", value)
            : value is ScalarNode ? Refuse(expression, "a number is not a tensor", "multiply a tensor by it") : value;
    }

    /// <summary>A tensor or a number.</summary>
    public FlowNode Any(ExpressionSyntax expression)
    {
        context.Cancellation.ThrowIfCancellationRequested();
        var node = expression switch
        {
            ParenthesizedExpressionSyntax parenthesized => Any(parenthesized.Expression),
            IdentifierNameSyntax name when scope.Read(name.Identifier.ValueText) is { } value => Named(name, value),
            _ when LayerOf(expression) is { } layer => LayerAsValue(expression, layer),
            _ when Scalar(expression) is { } scalar => scalar,
            BinaryExpressionSyntax binary when binary.IsKind(SyntaxKind.BitwiseOrExpression) => Pipe(binary),
            BinaryExpressionSyntax binary when OperatorOf(binary.Kind()) is { } sign =>
                Arithmetic(binary, sign, binary.Left, binary.Right),
            PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression } minus => Negate(minus),
            InvocationExpressionSyntax call => Invocation(call),
            _ => Unreadable(expression),
        };
        return node.At(PlaceOf(expression, node));
    }

    /// <summary>The value that an assignment stores: <c>x |= Norm</c> means <c>x = x | Norm</c>.</summary>
    public FlowNode Assigned(AssignmentExpressionSyntax assignment, IdentifierNameSyntax target) => assignment.Kind() switch
    {
        SyntaxKind.SimpleAssignmentExpression => Any(assignment.Right),
        SyntaxKind.OrAssignmentExpression => Into(Any(target), assignment.Right),
        SyntaxKind.AddAssignmentExpression => Arithmetic(assignment, '+', target, assignment.Right),
        SyntaxKind.SubtractAssignmentExpression => Arithmetic(assignment, '-', target, assignment.Right),
        SyntaxKind.MultiplyAssignmentExpression => Arithmetic(assignment, '*', target, assignment.Right),
        SyntaxKind.DivideAssignmentExpression => Arithmetic(assignment, '/', target, assignment.Right),
        _ => Refuse(assignment, $"'{assignment.OperatorToken.Text}' is not supported in a flow", "use =, +=, -=, *=, /= or |="),
    };

    /// <summary>Several tensors that are deconstructed: a <c>.Split</c>, a block or an op.</summary>
    public FlowNode Parts(ExpressionSyntax expression)
    {
        if (UserSyntax.Unwrap(expression) is InvocationExpressionSyntax call)
        {
            switch (call.Expression)
            {
                case MemberAccessExpressionSyntax { Name.Identifier.ValueText: FlowOpTable.Split } split:
                    return NotAfterTensor(call, split) ?? joins.Split(call, split);
                case MemberAccessExpressionSyntax { Name.Identifier.ValueText: FlowOpTable.Call } member
                    when LayerOf(member.Expression) is { Block.Outputs.Length: > 1 }:
                    return calls.Member(call, member)!;
            }

            if (ops.Parts(call) is { } parts)
            {
                return parts;
            }
        }

        return Refuse(expression, "only .Split, a block and an [Op] return several tensors", "write: var (a, b) = x.Split(2);");
    }

    /// <summary>
    /// Reports an expression that is not part of the language. What could be read of it is kept for further messages.
    /// </summary>
    public UnknownNode Refuse(SyntaxNode node, string why, string remedy, params FlowNode[] operands) =>
        Refuse(node, new Cure(why, remedy), operands);

    /// <summary>Reports an expression or a statement that is not part of the language, with what to write instead.</summary>
    public UnknownNode Refuse(SyntaxNode node, Cure cure, params FlowNode[] operands)
    {
        var text = UserSyntax.OneLine(node);
        var start = text.Length > 60 ? text.Substring(0, 57) + "…" : text;
        context.Findings.Add(Diagnostic.Create(
            Descriptors.NotFlow, node.GetLocation(),
            cure.Code is null ? null : ImmutableDictionary<string, string?>.Empty.Add(Descriptors.Remedy, cure.Code),
            start, cure.Why, cure.Remedy));
        return new(operands);
    }

    /// <summary>A number, if C# can tell that the expression is one; otherwise null.</summary>
    public ScalarNode? Scalar(ExpressionSyntax expression)
    {
        if (HasTensor(expression))
        {
            return null;
        }

        var isNumber = NumberType.Of(context, expression)
            is SpecialType.System_Double or SpecialType.System_Single or SpecialType.System_Int32 or SpecialType.System_Int64;
        if (!isNumber)
        {
            return null;
        }

        var isAtom = expression is not (BinaryExpressionSyntax or ConditionalExpressionSyntax or PrefixUnaryExpressionSyntax);
        return new(Code(expression), expression, isAtom);
    }

    /// <summary>An expression without tensors as C#. Its names count as read, and state in it is reported.</summary>
    public string Code(ExpressionSyntax expression)
    {
        foreach (var name in expression.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>())
        {
            scope.Read(name.Identifier.ValueText);
        }

        StateReads.Check(context, expression);
        return ExpressionText.Copy(context, expression);
    }

    /// <summary>Whether an expression names a tensor of the flow.</summary>
    public bool HasTensor(ExpressionSyntax expression) =>
        StartsWithTensor(expression) || expression.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>()
            .Any(name => scope.IsTensor(name.Identifier.ValueText) && StandsAlone(name));

    /// <summary>The layer that an expression names.</summary>
    public Layer? LayerOf(ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax name => scope.Layer(name.Identifier.ValueText),
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name: IdentifierNameSyntax name } =>
            scope.Layer(name.Identifier.ValueText),
        _ => null,
    };

    /// <summary>Applies a layer to a value.</summary>
    public FlowNode Call(Layer layer, string? member, FlowNode input, ExpressionSyntax use)
    {
        if (layer.BuiltIn is { Shape: ShapeRule.Position })
        {
            return Refuse(use, $"'{layer.Name}' is not a function of a tensor",
                $"write: Attention(q, k, v, causal: true, position: {layer.Name})", input);
        }

        if (layer.BuiltIn is { Shape: ShapeRule.Value })
        {
            return Refuse(use, $"'{layer.Name}' is a Weight, which is a value and not a function",
                $"write x * {layer.Name} or x + {layer.Name}", input);
        }

        if (layer.Block is { } block && (block.Inputs.Length > 1 || block.Outputs.Length > 1))
        {
            var does = block.Inputs.Length > 1 ? $"takes {Rational.Text(block.Inputs.Length)} tensors but receives 1"
                : $"returns {Rational.Text(block.Outputs.Length)} tensors, which a pipe cannot deconstruct";
            var remedy = block.Inputs.Length > 1 ? $"write: {layer.Name}.call(x, …)"
                : $"write: var (a, b) = {layer.Name}.call(x);";
            context.Findings.Add(Descriptors.BlockInputs, use.GetLocation(), layer.Location, [layer.Name, does, remedy]);
            return new UnknownNode(input);
        }

        return new CallNode(layer, member, [input], use)
        {
            HeadSize = member is null && layer.BuiltIn?.KeepsLastAxis == true ? input.HeadSize : null,
        };
    }

    /// <summary>
    /// Whether an expression contains a tensor's name as an operand, which decides quickly that a long pipe is not a number.
    /// </summary>
    private bool StartsWithTensor(ExpressionSyntax expression) => UserSyntax.Unwrap(expression) switch
    {
        IdentifierNameSyntax name => scope.IsTensor(name.Identifier.ValueText),
        BinaryExpressionSyntax binary => StartsWithTensor(binary.Left) || StartsWithTensor(binary.Right),
        _ => false,
    };

    private static bool StandsAlone(IdentifierNameSyntax name) =>
        name.Parent is not (MemberAccessExpressionSyntax or NameColonSyntax)
            || (name.Parent is MemberAccessExpressionSyntax access && access.Expression == name);

    /// <summary>The part of an expression without its operands.</summary>
    private static TextSpan PlaceOf(ExpressionSyntax expression, FlowNode value) => expression switch
    {
        BinaryExpressionSyntax binary when value is not ScalarNode =>
            binary.IsKind(SyntaxKind.BitwiseOrExpression) ? binary.Right.Span : binary.OperatorToken.Span,
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } when value is FlowOpNode =>
            TextSpan.FromBounds(access.Name.SpanStart, expression.Span.End),
        _ => expression.Span,
    };

    private static char? OperatorOf(SyntaxKind kind) => kind switch
    {
        SyntaxKind.AddExpression => '+',
        SyntaxKind.SubtractExpression => '-',
        SyntaxKind.MultiplyExpression => '*',
        SyntaxKind.DivideExpression => '/',
        _ => null,
    };

    private static bool IsSum(ExpressionSyntax expression) =>
        expression.Kind() is SyntaxKind.AddExpression or SyntaxKind.SubtractExpression;

    private static FlowNode Named(IdentifierNameSyntax name, FlowNode value) => value switch
    {
        UnknownNode => value,
        ScalarNode => new ScalarNode(name.Identifier.Text, name, isAtom: true),
        _ => new NameNode(UserSyntax.Escape(name.Identifier.ValueText), value) { HeadSize = value.HeadSize },
    };

    private FlowNode LayerAsValue(ExpressionSyntax expression, Layer layer)
    {
        if (layer.IsBroken)
        {
            return new UnknownNode { Layers = [layer] };
        }

        return layer.BuiltIn is { Shape: ShapeRule.Value } ? new WeightNode(layer)
            : Refuse(expression, $"'{layer.Name}' is a layer, not a tensor", $"pipe a tensor into it: x | {layer.Name}");
    }

    private FlowNode Pipe(BinaryExpressionSyntax pipe)
    {
        foreach (var side in new[] { pipe.Left, pipe.Right })
        {
            if (IsSum(side))
            {
                return SumPiped(pipe, (BinaryExpressionSyntax)side);
            }
        }

        return Into(Tensor(pipe.Left), pipe.Right);
    }

    private FlowNode SumPiped(BinaryExpressionSyntax pipe, BinaryExpressionSyntax sum)
    {
        var sign = sum.OperatorToken.Text;
        var (left, right) = (UserSyntax.OneLine(sum.Left), UserSyntax.OneLine(sum.Right));
        var remedy = sum == pipe.Left
            ? $"{left} {sign} ({right} | …), or ({left} {sign} {right}) | …"
            : $"(… | {left}) {sign} {right}";
        context.Findings.Add(Descriptors.SumPiped, sum.GetLocation(), sign, UserSyntax.OneLine(sum), remedy);

        // The layers inside count as used, because only the grouping is wrong.
        return new UnknownNode { Layers = LayersIn(pipe) };
    }

    private FlowNode Into(FlowNode input, ExpressionSyntax target)
    {
        var right = UserSyntax.Unwrap(target);
        if (LayerOf(right) is { } layer)
        {
            return Call(layer, null, input, right);
        }

        switch (right)
        {
            case MemberAccessExpressionSyntax { Name: IdentifierNameSyntax member } access
                when LayerOf(access.Expression) is { } owner:
                if (owner.IsBroken || owner.BuiltIn?.TiedReadout == member.Identifier.ValueText)
                {
                    return Call(owner, member.Identifier.ValueText, input, right);
                }

                return Refuse(right, cures.OfTarget(right), input);
            case IdentifierNameSyntax name when scope.Read(name.Identifier.ValueText) is not null:
                return Refuse(right, $"'{name.Identifier.ValueText}' is a tensor, and | pipes a tensor into a layer",
                    "use + or * to combine tensors", input);
            case var _ when FlowOpNames.Of(context, right) is { } word && FlowOpTable.Activation(word) is { } function:
                return input is UnknownNode ? input : new ActivationNode(function, input) { HeadSize = input.HeadSize };
            case IdentifierNameSyntax { Identifier.ValueText: var name } when FlowOpTable.Activation(name) is not null:
                return Refuse(right, "a member with that name hides the flow operation", $"write: FlowOps.{name}", input);
            default:
                return Unreadable(right, cures.OfTarget, input);
        }
    }

    private FlowNode Arithmetic(ExpressionSyntax whole, char sign, ExpressionSyntax leftSyntax, ExpressionSyntax rightSyntax)
    {
        var (left, right) = (Any(leftSyntax), Any(rightSyntax));
        if (left is UnknownNode || right is UnknownNode)
        {
            return new UnknownNode(left, right);
        }

        var use = whole.GetLocation();

        switch (left, right)
        {
            case (ScalarNode, ScalarNode):
                return new ScalarNode(ExpressionText.Copy(context, whole), whole, isAtom: false);
            case (ScalarNode, _):
                return new BinaryNode(sign, left, right, use) { HeadSize = right.HeadSize };
            case (_, ScalarNode):
                return new BinaryNode(sign, left, right, use) { HeadSize = left.HeadSize };
        }

        return new BinaryNode(sign, left, right, use) { HeadSize = left.HeadSize == right.HeadSize ? left.HeadSize : null };
    }

    private FlowNode Negate(PrefixUnaryExpressionSyntax minus)
    {
        var operand = Tensor(minus.Operand);
        return operand is UnknownNode ? operand : new NegationNode(operand) { HeadSize = operand.HeadSize };
    }

    private FlowNode Invocation(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax access when NotAfterTensor(call, access) is { } refused => refused,
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: FlowOpTable.Split } access =>
            joins.Split(call, access) is var split && split is PartsNode
                ? Refuse(call, "the result of .Split must be deconstructed at once", "write: var (a, b) = x.Split(2);", split)
                : split,
        var called when FlowOpNames.Of(context, called) is { } word =>
            calls.Function(call, word) ?? Unreadable(call),
        MemberAccessExpressionSyntax access => calls.Member(call, access) ?? Op(call),
        IdentifierNameSyntax => Op(call),
        _ => Unreadable(call),
    };

    /// <summary>
    /// Refuses an operation that is not called on a tensor or that may be an extension method; null for everything else.
    /// </summary>
    private UnknownNode? NotAfterTensor(InvocationExpressionSyntax call, MemberAccessExpressionSyntax access)
    {
        var word = access.Name.Identifier.ValueText;
        if (!FlowOpTable.IsMember(word))
        {
            return null;
        }

        if (access.Expression is not IdentifierNameSyntax { Identifier.ValueText: var owner } || !scope.IsDefined(owner))
        {
            if (FlowOpNames.IsOwner(context, access.Expression))
            {
                return Refuse(call, $"'{word}' must be called on a tensor", $"write: x.{word}(…)");
            }
        }

        return FlowOpNames.Rival(context, access) is { } rival
            ? Refuse(call, $"'{rival.ContainingType.Name}.{word}' has the name of the flow operation '.{word}'",
                "rename the extension method")
            : null;
    }

    private FlowNode Op(InvocationExpressionSyntax call) => ops.Call(call) ?? Unreadable(call);

    /// <summary>
    /// Refuses an expression that is not a flow operation. A name that C# does not know either is reported only by C#.
    /// </summary>
    private FlowNode Unreadable(ExpressionSyntax expression) => Unreadable(expression, cures.Of);

    private FlowNode Unreadable(ExpressionSyntax expression, Func<ExpressionSyntax, Cure> cure, params FlowNode[] operands)
    {
        var unknown = new UnknownNode(operands) { Layers = LayersIn(expression) };
        if (expression is IdentifierNameSyntax name && TorchNames.Activation(name.Identifier.ValueText) is null
            && context.ModelOf(name).GetSymbolInfo(name, context.Cancellation)
                is { Symbol: null, CandidateSymbols.IsEmpty: true }
                or { Symbol: IPropertySymbol { Type.TypeKind: TypeKind.Error } })
        {
            context.Findings.MarkIncomplete();
            return unknown;
        }

        if (expression.IsMissing || expression.ContainsDiagnostics)
        {
            context.Findings.MarkIncomplete();
            return unknown;
        }

        if (!StateReads.Refuse(context, expression))
        {
            Refuse(expression, cure(expression));
        }

        return unknown;
    }

    /// <summary>The layers that an expression names. The names of values in it count as read.</summary>
    private ImmutableArray<Layer> LayersIn(SyntaxNode node) =>
    [
        .. node.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Select(static name => name.Identifier.ValueText)
            .Where(name => scope.Read(name) is null).Select(scope.Layer).OfType<Layer>(),
    ];
}
