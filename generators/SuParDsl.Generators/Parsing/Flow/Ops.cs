using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>Reads calls of the user's own operations: static methods marked <c>[Op]</c> with a contract of shapes.</summary>
internal sealed class Ops(FlowExpressions expressions, DeclarationContext context)
{
    /// <summary>Checks the contracts that a class states.</summary>
    public static void Check(DeclarationContext context)
    {
        foreach (var method in context.Parts.SelectMany(static part => part.Members)
            .OfType<MethodDeclarationSyntax>().Where(static method => method.AttributeLists.Count > 0))
        {
            if (context.ModelOf(method).GetDeclaredSymbol(method, context.Cancellation) is { } symbol
                && KnownNames.Has(symbol, KnownNames.Op))
            {
                ContractOf(context, symbol, report: true);
            }
        }
    }

    /// <summary>A call of an op with one output; null if the method is not an op.</summary>
    public FlowNode? Call(InvocationExpressionSyntax call)
    {
        if (Method(call) is not { } method)
        {
            return null;
        }

        var node = Read(call, method);
        return node is OpNode { Contract.Outputs.Length: not 1 and var outputs }
            ? expressions.Refuse(
                call, $"it returns {Rational.Text(outputs)} tensors", $"write: var (a, b) = {method.Name}(…);", node)
            : node;
    }

    /// <summary>A call of an op whose outputs are deconstructed; null if the method is not an op.</summary>
    public FlowNode? Parts(InvocationExpressionSyntax call) => Method(call) is not { } method ? null
        : Read(call, method) is var node && node is OpNode { Contract.Outputs.Length: var outputs } ? new PartsNode(node, outputs)
        : node;

    /// <summary>Whether a call is one of TorchSharp, or of nothing that the compiler knows.</summary>
    public bool MayBeTorch(InvocationExpressionSyntax call)
    {
        var info = context.ModelOf(call).GetSymbolInfo(call, context.Cancellation);
        ImmutableArray<ISymbol> symbols = info.Symbol is { } symbol ? [symbol] : info.CandidateSymbols;
        return symbols.IsEmpty
            ? call.Expression is not IdentifierNameSyntax { Identifier.ValueText: var name } || !context.Library.Declares(name)
            : symbols.Any(static symbol => symbol.ContainingType?.ContainingNamespace is { Name: "TorchSharp" });
    }

    /// <summary>Whether the class has a method with a name, and whether that is static.</summary>
    public bool? OwnMethod(string name) =>
        context.Type.GetMembers(name).OfType<IMethodSymbol>().FirstOrDefault()?.IsStatic;

    private FlowNode Read(InvocationExpressionSyntax call, IMethodSymbol method)
    {
        var arguments = call.ArgumentList.Arguments;
        var values = arguments.Select(argument => expressions.Any(argument.Expression)).ToImmutableArray();
        var contract = ContractOf(context, method, report: false);
        if (contract is null || values.Any(static value => value is UnknownNode)
            || arguments.Count != method.Parameters.Length || arguments.Any(static a => a.NameColon is not null))
        {
            if (arguments.Any(static a => a.NameColon is not null))
            {
                return expressions.Refuse(
                    call, "the arguments of an [Op] must be in order and without names", "remove the names", [.. values]);
            }

            context.Findings.MarkIncomplete();
            return new UnknownNode([.. values]);
        }

        var name = UserSyntax.Escape(method.Name);
        var callee = SymbolEqualityComparer.Default.Equals(method.ContainingType, context.Type)
            ? name
            : $"{method.ContainingType.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)}.{name}";
        var tensors = values.Where((_, i) => KnownNames.IsTensor(method.Parameters[i].Type)).ToImmutableArray();
        return new OpNode(method.Name, callee, contract, values, tensors, call.GetLocation())
        {
            PerPosition = KnownNames.IsPerPosition(KnownNames.Find(method, KnownNames.Op)!),
        };
    }

    private IMethodSymbol? Method(InvocationExpressionSyntax call)
    {
        // If the class has only one method with this name, it is the one called. Asking the compiler would bind the whole flow.
        if (call.Expression is IdentifierNameSyntax name
            && context.Type.GetMembers(name.Identifier.ValueText) is [IMethodSymbol { IsStatic: true } only]
            && KnownNames.Has(only, KnownNames.Op))
        {
            return only;
        }

        var info = context.ModelOf(call).GetSymbolInfo(call, context.Cancellation);
        return (info.Symbol ?? info.CandidateSymbols.FirstOrDefault()) is IMethodSymbol { IsStatic: true } method
            && KnownNames.Has(method, KnownNames.Op)
            ? method
            : null;
    }

    private static Contract? ContractOf(DeclarationContext context, IMethodSymbol method, bool report)
    {
        var mark = KnownNames.Find(method, KnownNames.Op)!;
        if (mark.ConstructorArguments is not [{ Value: string text }])
        {
            return null;
        }

        var inputs = method.Parameters.Count(static p => KnownNames.IsTensor(p.Type));
        var outputs = BlockTypes.Outputs(method.ReturnType);
        var contract = Contract.Parse(text, out var problem, out var where);
        if (contract is not null && (contract.Inputs.Length != inputs || contract.Outputs.Length != outputs))
        {
            problem = contract.Inputs.Length != inputs
                ? $"has {Count(contract.Inputs.Length, "input")}, but '{method.Name}' takes {Count(inputs, "tensor")}"
                : $"has {Count(contract.Outputs.Length, "output")}, but '{method.Name}' returns {Count(outputs, "tensor")}";
            contract = null;
        }

        if (contract is null && report)
        {
            var place = AttributeText.Place(mark, argument: null, where, context.Cancellation);
            context.Findings.Add(Descriptors.OpContract, place, text, problem, Contract.Example(inputs, outputs));
        }

        return contract;

        static string Count(int count, string what) => $"{Rational.Text(count)} {what}{(count == 1 ? string.Empty : "s")}";
    }
}
