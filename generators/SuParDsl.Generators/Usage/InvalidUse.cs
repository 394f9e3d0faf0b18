using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Symbols;

namespace SuParDsl.Generators.Usage;

/// <summary>
/// Code that C# refuses, because it is written for TorchSharp's optimizers or calls a flow, with what to write instead.
/// </summary>
internal static class InvalidUse
{
    private static readonly HashSet<string> OfGroups = new(StringComparer.Ordinal)
    {
        "ParamGroups", "param_groups", "ParameterGroups", "LearningRate", "InitialLearningRate", "lr", "add_param_group",
    };

    /// <summary>Reports parameter groups and schedulers of <c>torch.optim</c> on a model's optimizer (SUP405, SUP406).</summary>
    public static void CheckOptimizer(IOperation operation, Action<Diagnostic> report)
    {
        if (operation.SemanticModel is not { } model)
        {
            return;
        }

        switch (operation.Syntax)
        {
            case InvocationExpressionSyntax call when Symbols(model, call).Any(IsScheduler)
                && call.ArgumentList.Arguments.Any(argument => IsOptimizer(model.GetTypeInfo(argument.Expression).Type)):
                report(Diagnostic.Create(Descriptors.TorchScheduler, call.Expression.GetLocation(), NameOf(call.Expression)));
                break;
            case MemberAccessExpressionSyntax access when OfGroups.Contains(access.Name.Identifier.ValueText)
                && model.GetTypeInfo(access.Expression).Type is { } owner && (IsOptimizer(owner) || IsGroup(owner)):
                Report(access, IsGroup(owner), report);
                break;
        }
    }

    /// <summary>Reports an assignment to a group of an optimizer, which C# refuses, too.</summary>
    public static void CheckGroup(SyntaxNode target, SemanticModel? model, Action<Diagnostic> report)
    {
        if (target is MemberAccessExpressionSyntax access && IsGroup(model?.GetTypeInfo(access.Expression).Type))
        {
            Report(access, isGroup: true, report);
        }
    }

    /// <summary>The flow that a call names although it is not accessible; null if it names none.</summary>
    public static IMethodSymbol? Flow(IOperation operation) => operation is { SemanticModel: { } model,
        Syntax: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax } call }
        ? Symbols(model, call).OfType<IMethodSymbol>().FirstOrDefault(static method => KnownNames.Has(method, KnownNames.Flow))
        : null;

    private static void Report(MemberAccessExpressionSyntax access, bool isGroup, Action<Diagnostic> report) =>
        report(Diagnostic.Create(
            Descriptors.GroupRate, access.Name.GetLocation(), access.Name.Identifier.ValueText,
            isGroup ? "belongs to a group, which holds fixed multipliers of the optimizer's rate"
                : "is a member of torch.optim's optimizers, and the one of a model computes the rate of each group from Lr"));

    private static IEnumerable<ISymbol> Symbols(SemanticModel model, ExpressionSyntax expression)
    {
        var info = model.GetSymbolInfo(expression);
        return info.Symbol is { } symbol ? [symbol] : info.CandidateSymbols;
    }

    private static bool IsScheduler(ISymbol symbol) => Torch.Is(symbol.ContainingType, "torch", "optim", "lr_scheduler");

    private static bool IsOptimizer(ITypeSymbol? type) => KnownNames.IsOptimizerType(type, "MuOptimizer");

    private static bool IsGroup(ITypeSymbol? type) => KnownNames.IsOptimizerType(type, "MuGroup");

    private static string NameOf(ExpressionSyntax callee) =>
        callee is MemberAccessExpressionSyntax access ? access.Name.Identifier.ValueText : callee.ToString();
}
