using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Symbols;

namespace SuParDsl.Generators.Usage;

/// <summary>Reports ordinary code that breaks the parameterization of a model.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UsageAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        Descriptors.SparsityAsDensity, Descriptors.WrittenPastMask, Descriptors.HandMadeTie, Descriptors.OwnInitialization,
        Descriptors.CoupledDecay, Descriptors.PlainOptimizer, Descriptors.UnknownOptimizer, Descriptors.PlainClipping,
        Descriptors.LargeEpsilon, Descriptors.ForeignDecayMode, Descriptors.FinalAbovePeak,
        Descriptors.GroupRate, Descriptors.TorchScheduler, Descriptors.LongWarmup, Descriptors.OpKeeps, Descriptors.TorchSurprise,
        Descriptors.ScopeAcrossAwait,
    ];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterOperationAction(AnalyzeCall, OperationKind.Invocation);
        context.RegisterOperationAction(AnalyzeCreation, OperationKind.ObjectCreation);
        context.RegisterOperationAction(AnalyzeAssignment, OperationKind.SimpleAssignment);
        context.RegisterOperationAction(
            static c => TorchUse.Check((IBinaryOperation)c.Operation, c.ReportDiagnostic), OperationKind.Binary);
        context.RegisterOperationAction(
            static c => AwaitUse.Check((IAwaitOperation)c.Operation, c.ReportDiagnostic), OperationKind.Await);
        context.RegisterOperationAction(
            static c => InvalidUse.CheckOptimizer(c.Operation, c.ReportDiagnostic), OperationKind.Invalid);
        context.RegisterSymbolAction(
            static c => Sparsities.Check((IParameterSymbol)c.Symbol, c.ReportDiagnostic), SymbolKind.Parameter);
    }

    private static void AnalyzeCall(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        OptimizerUse.Check(call, context.ReportDiagnostic);
        OptimizerSettings.Check(call, context.ReportDiagnostic);
        WeightUse.Check(call, context.ReportDiagnostic);

        // A flow never runs, and what is written in it has diagnostics of its own.
        if (!KnownNames.Has(context.ContainingSymbol, KnownNames.Flow))
        {
            TorchUse.Check(call, context.ReportDiagnostic);
        }
    }

    private static void AnalyzeCreation(OperationAnalysisContext context)
    {
        var creation = (IObjectCreationOperation)context.Operation;
        OptimizerUse.Check(creation, context.ReportDiagnostic);
        OptimizerSettings.Check(creation, context.ReportDiagnostic);
        Sparsities.Check(creation, context.ReportDiagnostic);
    }

    private static void AnalyzeAssignment(OperationAnalysisContext context)
    {
        var assignment = (ISimpleAssignmentOperation)context.Operation;
        WeightUse.Check(assignment, context.ReportDiagnostic);
        TorchUse.Check(assignment, context.ReportDiagnostic);
        Sparsities.Check(assignment, context.ReportDiagnostic);
        InvalidUse.CheckGroup(assignment.Target.Syntax, assignment.SemanticModel, context.ReportDiagnostic);
        OpUse.Check(assignment, context.ContainingSymbol, context.ReportDiagnostic);
    }
}
