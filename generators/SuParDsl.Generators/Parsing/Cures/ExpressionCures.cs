using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Syntax;

namespace SuParDsl.Generators.Parsing.Cures;

/// <summary>Finds what to write instead of an expression that is not part of the flow language.</summary>
internal sealed class ExpressionCures(FlowNames names)
{
    private const string Condition = "a flow has no conditions on tensors";

    private const string Branches =
        "a condition may choose a number, (flag ? 1.0 : 0.0) * x; otherwise decide inside a static method marked [Op]";

    private readonly FlowRewriter rewriter = new(names);

    /// <summary>The cure of an expression that must be a tensor.</summary>
    public Cure Of(ExpressionSyntax expression) =>
        rewriter.Rewrite(expression) is { } written ? Cure.Write(written, Fitted(expression, written)) : OfForm(expression);

    /// <summary>The cure of the right side of a pipe.</summary>
    public Cure OfTarget(ExpressionSyntax target)
    {
        var pipe = target.Ancestors().OfType<BinaryExpressionSyntax>().FirstOrDefault();
        var input = pipe is null ? "x" : rewriter.Of(pipe.Left).Piped;
        if (rewriter.Target(target) is { } known)
        {
            return new("a pipe ends in the name of a layer or an activation", $"write: {input} | {known}", known);
        }

        var called = target is InvocationExpressionSyntax call ? call.Expression : target;
        var arguments = target is InvocationExpressionSyntax { ArgumentList.Arguments: var list } ? string.Join(", ", list)
            : string.Empty;
        return target switch
        {
            BaseObjectCreationExpressionSyntax => Constructed(target, input),
            ElementAccessExpressionSyntax { Expression: var whole } when names.Layer(whole) is { IsRepeat: true } repeat =>
                new("a Repeat runs all of its blocks", $"write: {input} | {repeat.Name}"),
            AnonymousFunctionExpressionSyntax => new("a pipe ends in the name of a layer or an activation", Cure.InAnOp),
            _ when called is IdentifierNameSyntax { Identifier.ValueText: var word } && FlowOpTable.IsMember(word) =>
                new($"'{word}' is called on a tensor", $"write: {Owner(pipe)}.{word}({arguments})"),
            _ when TorchCall.NameOf(called) is { } name && TorchNames.Remedy(name.ToLowerInvariant(),
                new(input, Binding.Atom), $"x.{name}()") is { } cure => cure,
            _ when called is IdentifierNameSyntax { Identifier.ValueText: var own } && names.OwnMethod(own) is not null =>
                new("a pipe ends in the name of a layer or an activation", $"write: {own}({input})"),
            _ => new(Cure.NotAnOperation, Cure.InAnOp),
        };
    }

    private string Owner(BinaryExpressionSyntax? pipe) => pipe is null ? "x" : rewriter.Of(pipe.Left).Closed;

    private Cure OfForm(ExpressionSyntax expression) => expression switch
    {
        InvocationExpressionSyntax call => OfCall(call),
        ElementAccessExpressionSyntax access when names.Layer(access.Expression) is { IsRepeat: true } repeat =>
            new("a Repeat runs all of its blocks", $"write: x | {repeat.Name}"),
        ElementAccessExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "shape" } shape } =>
            OfMember(shape),
        ElementAccessExpressionSyntax { ArgumentList: var index } => new("a flow has no indexing",
            $"write x.Split(a, b) for parts of the features, or an [Op]: "
            + $"[Op(\"B T d -> B d\")] static Tensor Pick(Tensor x) => x{UserSyntax.OneLine(index)};"),
        MemberAccessExpressionSyntax access => OfMember(access),
        BaseObjectCreationExpressionSyntax => Constructed(expression, "x"),
        ConditionalExpressionSyntax or SwitchExpressionSyntax => new(Condition, Branches),
        IsPatternExpressionSyntax or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.IsExpression } =>
            new("a flow has no patterns", "declare a local: var y = …;"),
        AssignmentExpressionSyntax => new("an assignment is a statement of its own", "write it before this statement"),
        AnonymousFunctionExpressionSyntax => new("a flow has no functions of its own", Cure.InAnOp),
        _ => new(Cure.NotAnOperation, Cure.InAnOp),
    };

    private Cure OfCall(InvocationExpressionSyntax call)
    {
        if (TorchCall.Of(call, names) is { Tensor: { } tensor } torch
            && TorchNames.Remedy(torch.Name, rewriter.Of(tensor), Body(call, torch)) is { } cure)
        {
            return cure;
        }

        var word = TorchCall.NameOf(call.Expression);
        if (word is not null && FlowOpTable.Usage(word) is { } usage)
        {
            return new($"'{word}' has other arguments", $"write: {usage}");
        }

        var own = (call.Expression as IdentifierNameSyntax)?.Identifier.ValueText;
        return (own is null ? null : names.OwnMethod(own)) switch
        {
            null => new(Cure.NotAnOperation, Cure.InAnOp),
            true => new(
                $"'{own}' is not marked [Op]", "mark it with the shapes that it maps, such as [Op(\"... d -> ... d\")]"),
            false => new(
                $"'{own}' is an instance method",
                "make it static and mark it, such as [Op(\"... d -> ... d\")], or make it a [Block] if it uses layers"),
        };
    }

    private Cure OfMember(MemberAccessExpressionSyntax access)
    {
        var member = access.Name.Identifier.ValueText;
        if (names.Layer(access.Expression) is { } layer)
        {
            return new($"the tensors of '{layer.Name}' belong to it",
                $"pipe into the layer: x | {layer.Name}; a tensor of your own is a Weight: "
                + "public Weight Scale { get; } = new(width);");
        }

        return member switch
        {
            "shape" or "Shape" or "NumberOfElements" => TorchNames.Remedy("size", new("x", Binding.Atom), string.Empty)!,
            "T" or "mT" => TorchNames.Remedy("t", rewriter.Of(access.Expression), string.Empty)!,
            _ => new(Cure.NotAnOperation, Cure.InAnOp),
        };
    }

    private static Cure Constructed(ExpressionSyntax creation, string input)
    {
        var type = creation is ObjectCreationExpressionSyntax { Type: var named } ? UserSyntax.OneLine(named) : "Linear";
        return new("a layer is constructed once, as a property of the class",
            $"declare: public {type} Up {{ get; }} = new(…); and write {input} | Up");
    }

    /// <summary>A call as the body of an [Op]: x takes the place of the tensor.</summary>
    private string Body(InvocationExpressionSyntax call, TorchCall torch)
    {
        var others = torch.Arguments.Select(static argument => UserSyntax.OneLine(argument)).ToList();
        return call.Expression is MemberAccessExpressionSyntax access && !names.IsPath(access.Expression)
            ? $"x.{access.Name.Identifier.ValueText}({string.Join(", ", others)})"
            : $"{UserSyntax.OneLine(call.Expression)}({string.Join(", ", others.Prepend("x"))})";
    }

    /// <summary>The code with parentheses if its place needs them.</summary>
    private static string Fitted(ExpressionSyntax place, Written written) => place.Parent switch
    {
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.BitwiseOrExpression } pipe when pipe.Left == place => written.Piped,
        BinaryExpressionSyntax or MemberAccessExpressionSyntax or PrefixUnaryExpressionSyntax or CastExpressionSyntax =>
            written.Closed,
        AssignmentExpressionSyntax { RawKind: not (int)SyntaxKind.SimpleAssignmentExpression } => written.Closed,
        _ => written.Text,
    };
}
