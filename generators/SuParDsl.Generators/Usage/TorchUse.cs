using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Parsing.Syntax;
using ArgumentKind = Microsoft.CodeAnalysis.Operations.ArgumentKind;

namespace SuParDsl.Generators.Usage;

/// <summary>Reports uses of TorchSharp that do something other than they seem to (SUP506).</summary>
internal static class TorchUse
{
    /// <summary>Checks a call that the table lists, or one with a literal 0 that C# converts to an element type.</summary>
    public static void Check(IInvocationOperation call, Action<Diagnostic> report)
    {
        if (call.Syntax is not InvocationExpressionSyntax syntax)
        {
            return;
        }

        foreach (var surprise in TorchSurprises.All)
        {
            if (surprise.Names.Contains(call.TargetMethod.Name) && IsDeclaredBy(call, surprise.Owner) && surprise.Applies(call))
            {
                var name = NameOf(syntax.Expression);
                report(surprise.Names[0] == "forward"
                    ? Surprise(name, UserSyntax.OneLine(syntax.Expression), surprise.Does, surprise.Write, remedy: "call")
                    : Surprise(syntax.Expression, UserSyntax.OneLine(syntax.Expression), surprise.Does, surprise.Write));
                return;
            }
        }

        foreach (var argument in call.Arguments)
        {
            if (IsZeroAsType(argument))
            {
                var isReduction = call.TargetMethod.Name is "sum" or "prod";
                report(isReduction
                    ? Surprise(argument.Syntax, UserSyntax.OneLine(syntax),
                        "takes the 0 for ScalarType.Byte and returns one unsigned byte for the whole tensor",
                        "write 0L for the axis", "0L")
                    : Surprise(argument.Syntax, UserSyntax.OneLine(syntax),
                        "takes the 0 for ScalarType.Byte, which means unsigned bytes", "name the element type"));
            }
        }
    }

    /// <summary>Checks a comparison of a tensor with null.</summary>
    public static void Check(IBinaryOperation comparison, Action<Diagnostic> report)
    {
        if (comparison.OperatorKind is not (BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals)
            || !KnownNames.IsTensor(comparison.OperatorMethod?.ContainingType)
            || comparison.Syntax is not BinaryExpressionSyntax syntax
            || (!IsNull(comparison.LeftOperand) && !IsNull(comparison.RightOperand)))
        {
            return;
        }

        var tensor = UserSyntax.OneLine(IsNull(comparison.RightOperand) ? syntax.Left : syntax.Right);
        var remedy = $"{tensor} is {(comparison.OperatorKind == BinaryOperatorKind.Equals ? "null" : "not null")}";
        report(Surprise(
            syntax, UserSyntax.OneLine(syntax), "compares elements and does not test for null", $"write {remedy}", remedy));
    }

    /// <summary>Checks an assignment to a layer's tensor field, which leaves the old tensor registered.</summary>
    public static void Check(ISimpleAssignmentOperation assignment, Action<Diagnostic> report)
    {
        if (Torch.WeightOf(assignment.Target) is not null && Torch.WeightOf(assignment.Value) is null)
        {
            report(Surprise(assignment.Syntax, UserSyntax.OneLine(assignment.Syntax),
                "leaves the old parameter registered, and that one is trained, moved to devices and saved",
                "call SetDenseWeight of the model"));
        }
    }

    private static Diagnostic Surprise(SyntaxNode place, string text, string does, string write, string? remedy = null) =>
        Diagnostic.Create(
            Descriptors.TorchSurprise, place.GetLocation(),
            remedy is null ? null : ImmutableDictionary<string, string?>.Empty.Add(Descriptors.Remedy, remedy),
            text, does, write);

    private static bool IsDeclaredBy(IInvocationOperation call, string[] owner) => owner.Length == 0
        ? Torch.IsLayer(call.Instance?.Type) || (call.Instance?.Type is { } type && KnownNames.Has(type, KnownNames.Contract))
        : Torch.Is(call.TargetMethod.ContainingType, owner);

    private static SyntaxNode NameOf(ExpressionSyntax callee) =>
        callee is MemberAccessExpressionSyntax access ? access.Name : callee;

    private static bool IsZeroAsType(IArgumentOperation argument)
    {
        if (argument.ArgumentKind != ArgumentKind.Explicit)
        {
            return false;
        }

        // The conversions go from the integer to the enum, and perhaps from there to a nullable enum.
        for (var value = argument.Value;
            value is IConversionOperation { IsImplicit: true } conversion;
            value = conversion.Operand)
        {
            if (conversion.Operand is { Type.SpecialType: SpecialType.System_Int32, ConstantValue: { HasValue: true, Value: 0 } })
            {
                var type =
                    conversion.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable
                        ? nullable.TypeArguments[0]
                        : conversion.Type;
                return Torch.Is(type, "torch", "ScalarType");
            }
        }

        return false;
    }

    private static bool IsNull(IOperation operand) => operand is IConversionOperation { Operand: { } inner }
        ? IsNull(inner)
        : operand.ConstantValue is { HasValue: true, Value: null };
}
