using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Caching;
using SuParDsl.Generators.Parsing.Checks;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Usage;

namespace SuParDsl.Generators;

/// <summary>
/// Reports what is wrong with declarations. It is an analyzer, not part of the generator, so that pragmas, attributes and
/// .editorconfig act on every diagnostic.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DeclarationAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [.. Descriptors.All, .. Descriptors.Facts];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();

        // Stubs are emitted for declarations in generated code, too, so their errors are reported there, too.
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterSymbolAction(AnalyzeType, SymbolKind.NamedType);
        context.RegisterOperationAction(AnalyzeCall, OperationKind.Invocation, OperationKind.MethodReference);
        context.RegisterOperationAction(AnalyzeInvalid, OperationKind.Invalid);
        context.RegisterOperationAction(
            static c => CallSites.Check((IObjectCreationOperation)c.Operation, c.ReportDiagnostic),
            OperationKind.ObjectCreation);
        context.RegisterOperationAction(
            static c => CallSites.Check((ISimpleAssignmentOperation)c.Operation, c.ReportDiagnostic),
            OperationKind.SimpleAssignment);
    }

    private static void AnalyzeType(SymbolAnalysisContext context)
    {
        if (context.Symbol is not INamedTypeSymbol type)
        {
            return;
        }

        if (LayerContracts.Check(type, context.CancellationToken) is { } contract)
        {
            context.ReportDiagnostic(contract);
        }

        if (KnownNames.IsDeclaration(type))
        {
            var result = Library().Parse(type, context.CancellationToken);
            foreach (var (place, layer, words) in result.Roles)
            {
                context.ReportDiagnostic(Diagnostic.Create(Descriptors.LayerRole, place, layer, words));
            }

            Report(result.Diagnostics);
        }
        else if (type.IsRecord && RecordSymbols.PrimaryConstructor(type)?.Parameters.Any(ParameterMarks.IsMarked) == true)
        {
            Report(Library().CheckRecord(type, context.CancellationToken));
        }

        BlockLibrary Library() =>
            BlockLibrary.Of(context.Compilation, CacheModes.Of(context.Options.AnalyzerConfigOptionsProvider));

        void Report(IEnumerable<Diagnostic> found)
        {
            foreach (var diagnostic in found)
            {
                context.ReportDiagnostic(diagnostic);
            }
        }
    }

    private static void AnalyzeCall(OperationAnalysisContext context)
    {
        var method = context.Operation is IInvocationOperation call
            ? call.TargetMethod
            : ((IMethodReferenceOperation)context.Operation).Method;

        // The return type is checked first, because reading the attributes of every called method is slow.
        if (GivesTensors(method.ReturnType) && KnownNames.Has(method.OriginalDefinition, KnownNames.Flow))
        {
            var place = context.Operation.Syntax.GetLocation();
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.FlowCalled, place, method.Name));
        }
    }

    /// <summary>A flow is private as a rule, so that C# refuses its calls before they are an operation.</summary>
    private static void AnalyzeInvalid(OperationAnalysisContext context)
    {
        if (InvalidUse.Flow(context.Operation) is { } flow)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptors.FlowCalled, context.Operation.Syntax.GetLocation(), flow.Name));
        }
    }

    private static bool GivesTensors(ITypeSymbol result) => result is INamedTypeSymbol { IsTupleType: true } tuple
        ? tuple.TupleElements.All(static element => KnownNames.IsTensor(element.Type))
        : KnownNames.IsTensor(result);
}
