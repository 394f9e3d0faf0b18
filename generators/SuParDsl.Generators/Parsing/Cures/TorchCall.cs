using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Parsing.Syntax;

namespace SuParDsl.Generators.Parsing.Cures;

/// <summary>
/// A call of TorchSharp in a flow: a method of a tensor, or a function whose first argument is the tensor.
/// </summary>
/// <param name="Name">The function without the underscore of an in-place operation: <c>relu</c>.</param>
/// <param name="Tensor">The tensor; null if a function has no argument.</param>
/// <param name="Arguments">The other arguments.</param>
internal sealed record TorchCall(string Name, ExpressionSyntax? Tensor, IReadOnlyList<ArgumentSyntax> Arguments)
{
    /// <summary>The call that an expression is; null if it is none of TorchSharp's.</summary>
    public static TorchCall? Of(ExpressionSyntax expression, FlowNames names)
    {
        if (expression is not InvocationExpressionSyntax call || !names.IsTorch(call))
        {
            return null;
        }

        var arguments = call.ArgumentList.Arguments.ToList();
        return call.Expression switch
        {
            MemberAccessExpressionSyntax access when names.IsPath(access.Expression) => Function(access.Name),
            MemberAccessExpressionSyntax access => new(NameOf(access.Name), access.Expression, arguments),
            IdentifierNameSyntax name => Function(name),
            _ => null,
        };

        TorchCall Function(SimpleNameSyntax name) =>
            new(NameOf(name), arguments.FirstOrDefault()?.Expression, [.. arguments.Skip(1)]);
    }

    /// <summary>The name of a function, with or without its owner.</summary>
    public static string? NameOf(ExpressionSyntax function) => function switch
    {
        MemberAccessExpressionSyntax access => NameOf(access.Name),
        SimpleNameSyntax name => NameOf(name),
        _ => null,
    };

    /// <summary>An argument by its name, or by its position after the tensor; null if it is not given.</summary>
    public ExpressionSyntax? Argument(int position, params string[] names) =>
        Arguments.FirstOrDefault(a => a.NameColon is { } colon && names.Contains(colon.Name.Identifier.ValueText))?.Expression
        ?? (position < Arguments.Count && Arguments[position].NameColon is null ? Arguments[position].Expression : null);

    /// <summary>The arguments as integers, whether they are written one by one or as a list; null if one is none.</summary>
    public IReadOnlyList<string> Values => Arguments is [{ Expression: var only }] && ElementsOf(only) is { } elements
        ? [.. elements.Select(UserSyntax.OneLine)]
        : [.. Arguments.Select(static argument => UserSyntax.OneLine(argument.Expression))];

    /// <summary>The elements of a list that is written in place; null for every other expression.</summary>
    public static IReadOnlyList<ExpressionSyntax>? ElementsOf(ExpressionSyntax expression) => expression switch
    {
        CollectionExpressionSyntax list => [.. list.Elements.OfType<ExpressionElementSyntax>().Select(static e => e.Expression)],
        ArrayCreationExpressionSyntax { Initializer: { } initializer } => [.. initializer.Expressions],
        ImplicitArrayCreationExpressionSyntax array => [.. array.Initializer.Expressions],
        BaseObjectCreationExpressionSyntax { Initializer: { } initializer } => [.. initializer.Expressions],
        TupleExpressionSyntax tuple => [.. tuple.Arguments.Select(static argument => argument.Expression)],
        _ => null,
    };

    private static string NameOf(SimpleNameSyntax name) =>
        name.Identifier.ValueText is { Length: > 1 } text ? text.TrimEnd('_') : name.Identifier.ValueText;
}
