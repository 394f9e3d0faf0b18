using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Parsing.Syntax;

namespace SuParDsl.Generators.Parsing.Cures;

/// <summary>Finds what to write instead of a statement that is not part of the flow language.</summary>
internal static class StatementCures
{
    private const string Form = "a flow consists of local variables, assignments and a return";

    public static Cure Of(StatementSyntax statement) => statement switch
    {
        ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax => new(
            "a flow has no loops",
            "repeat a block: public Repeat<Block> Blocks { get; } = new(layers, () => new(width)); and write x | Blocks"),
        IfStatementSyntax or SwitchStatementSyntax => new(
            "a flow has no conditions",
            "a condition may choose a number, (flag ? 1.0 : 0.0) * x; otherwise decide inside a static method marked [Op]"),
        LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 } local => new(
            "forward disposes of intermediate tensors by itself", "remove using",
            local.ToString().Substring(local.UsingKeyword.Span.Length).TrimStart()),
        UsingStatementSyntax => new("forward disposes of intermediate tensors by itself", "remove using"),
        ExpressionStatementSyntax { Expression: InvocationExpressionSyntax } => new(
            "the result of the call is not used, and a flow never runs", "remove it, or assign its result: x = …;"),
        LocalFunctionStatementSyntax => new(
            "a flow has no functions of its own", "make it a static method of the class and mark it [Op], or make it a [Block]"),
        ThrowStatementSyntax or TryStatementSyntax => new("a flow never runs, so it throws nothing", "remove it"),
        _ => new(Form, Cure.InAnOp),
    };
}
