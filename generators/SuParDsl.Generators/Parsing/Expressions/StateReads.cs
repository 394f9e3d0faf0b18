using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Parsing.Syntax;

namespace SuParDsl.Generators.Parsing.Expressions;

/// <summary>Finds state that a declaration reads and that may change while the model lives (SUP132).</summary>
internal static class StateReads
{
    // Every module has this member, but C# does not know it before the base class is emitted.
    private const string Training = "training";

    /// <summary>Reports state that a size or a number of the flow reads.</summary>
    public static void Check(DeclarationContext context, ExpressionSyntax expression)
    {
        // Fast path: nearly every size is a number or a parameter.
        if (expression is LiteralExpressionSyntax
            || (context.RecordMember(expression) is null && IsParameter(context, expression)))
        {
            return;
        }

        foreach (var name in expression.DescendantNodesAndSelf().OfType<SimpleNameSyntax>())
        {
            ExpressionSyntax whole = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;
            if (context.RecordMember(whole) is { } member)
            {
                CheckMember(context, whole, member);
            }
            else if (!IsParameter(context, whole) && IsState(context, name))
            {
                Report(context, whole);
            }
        }
    }

    /// <summary>Reports an expression that is a field or a property; false where it is something else.</summary>
    public static bool Refuse(DeclarationContext context, ExpressionSyntax expression)
    {
        var name = expression is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access ? access.Name
            : expression as SimpleNameSyntax;
        if (name is null || !(IsState(context, name)
            || SymbolOf(context, name) is IFieldSymbol { IsConst: false } or IPropertySymbol))
        {
            return false;
        }

        Report(context, expression);
        return true;
    }

    private static void Report(DeclarationContext context, ExpressionSyntax expression) =>
        context.Findings.Add(Descriptors.ReadsState, expression.GetLocation(), UserSyntax.OneLine(expression), context.Type.Name);

    // This is decided from the syntax, because asking the compiler binds the whole initializer or flow.
    private static bool IsParameter(DeclarationContext context, ExpressionSyntax expression) =>
        expression is IdentifierNameSyntax { Identifier.ValueText: var name }
        && (context.Record?.Name == name || context.Find(name) is { IsOfRecord: false })
        && context.Type.GetMembers(name).IsEmpty;

    private static ISymbol? SymbolOf(DeclarationContext context, SimpleNameSyntax name) =>
        context.ModelOf(name).GetSymbolInfo(name, context.Cancellation).Symbol;

    private static bool IsState(DeclarationContext context, SimpleNameSyntax name) => SymbolOf(context, name) switch
    {
        IFieldSymbol field => field is { IsConst: false, IsReadOnly: false },
        IPropertySymbol { SetMethod.IsInitOnly: false } => true,
        IPropertySymbol { IsStatic: true, DeclaringSyntaxReferences.IsEmpty: true } => true,
        IPropertySymbol property => property.Name == Training && KnownNames.IsModule(property.ContainingType),
        var symbol => symbol is null && name.Identifier.ValueText == Training,
    };

    private static void CheckMember(DeclarationContext context, ExpressionSyntax whole, string member)
    {
        var record = context.Record!;
        if (context.Find(member) is null && !record.Derived.ContainsKey(member) && whole is MemberAccessExpressionSyntax)
        {
            context.Findings.Add(
                Descriptors.UnreadableRecord, whole.GetLocation(), member, record.TypeName,
                "is neither a parameter of the record nor an expression of its parameters",
                $"write: public int {member} => …;");
        }
    }
}
