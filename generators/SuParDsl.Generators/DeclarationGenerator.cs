using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Emitting;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Caching;
using SuParDsl.Generators.Parsing.Symbols;

namespace SuParDsl.Generators;

/// <summary>Emits the other half of every class marked <c>[Model]</c> or <c>[Block]</c>.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class DeclarationGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        Register(context, KnownNames.Model, TrackingNames.ParseModels, TrackingNames.Models, TrackingNames.ModelFiles);
        Register(context, KnownNames.Block, TrackingNames.ParseBlocks, TrackingNames.Blocks, TrackingNames.BlockFiles);
    }

    private static void Register(
        IncrementalGeneratorInitializationContext context, string attribute, string parseStep, string modelStep, string fileStep)
    {
        // The options are needed to read a class, so that classes pass one step as symbols. That step never compares equal and
        // keeps the last compilation alive, as the driver does itself.
        var mode = context.AnalyzerConfigOptionsProvider.Select(static (options, _) => CacheModes.Of(options));
        var models = context.SyntaxProvider
            .ForAttributeWithMetadataName("SuParDsl." + attribute, static (node, _) => node is TypeDeclarationSyntax, Find)
            .Combine(mode)
            .Select(static (pair, cancellation) => Parse(pair.Left, pair.Right, cancellation))
            .WithTrackingName(parseStep)
            .SelectMany(static (model, _) => model is null ? [] : ImmutableArray.Create(model))
            .WithTrackingName(modelStep);
        var files = models.Select(static (model, _) => EmittedFile.Of(model)).WithTrackingName(fileStep);
        context.RegisterSourceOutput(files.Where(static file => file.Fault is null), static (output, file) =>
            output.AddSource(file.HintName, SourceText.From(file.Text, Encoding.UTF8)));

        // Only a fault needs a location. Locations move with every keystroke, so no other output depends on one.
        context.RegisterSourceOutput(
            files.Where(static file => file.Fault is not null).Combine(context.CompilationProvider), static (output, pair) =>
            output.ReportDiagnostic(Fault.Report(
                pair.Right.Assembly.GetTypeByMetadataName(pair.Left.Type), pair.Left.Fault!)));
    }

    /// <summary>The class that an attribute marks; null where another attribute marks it as well and is read.</summary>
    private static Marked? Find(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        var isBlock = context.Attributes.Any(static data => data.AttributeClass?.Name == KnownNames.Block);
        return context.TargetSymbol is INamedTypeSymbol type && !(isBlock && KnownNames.Has(type, KnownNames.Model))
            && IsFirst(context, type)
            ? new(type, context.SemanticModel.Compilation)
            : null;
    }

    private static DeclarationModel? Parse(Marked? marked, CacheMode mode, CancellationToken cancellation) =>
        marked is null ? null : BlockLibrary.Of(marked.Compilation, mode).Parse(marked.Type, cancellation).Model;

    /// <summary>Whether an attribute is the first of its kind on a class: C# refuses a second one, on another part.</summary>
    private static bool IsFirst(GeneratorAttributeSyntaxContext context, INamedTypeSymbol type) =>
        KnownNames.Find(type, context.Attributes[0].AttributeClass!.Name) is not { ApplicationSyntaxReference: { } first }
        || (first.SyntaxTree == context.TargetNode.SyntaxTree && context.TargetNode.Span.Contains(first.Span));

    /// <summary>
    /// A marked class with its compilation. It is compared by reference, because symbols of two compilations are never equal.
    /// </summary>
    private sealed class Marked(INamedTypeSymbol type, Compilation compilation)
    {
        public INamedTypeSymbol Type { get; } = type;

        public Compilation Compilation { get; } = compilation;
    }
}
