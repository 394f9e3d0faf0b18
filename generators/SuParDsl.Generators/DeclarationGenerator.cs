using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using SuParDsl.Generators.Emitting;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing;

namespace SuParDsl.Generators;

/// <summary>Emits the other half of every class marked <c>[Model]</c> or <c>[Block]</c>.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class DeclarationGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        Register(context, "SuParDsl." + KnownNames.Model, TrackingNames.ParseModels, TrackingNames.Models);
        Register(context, "SuParDsl." + KnownNames.Block, TrackingNames.ParseBlocks, TrackingNames.Blocks);
    }

    private static void Register(
        IncrementalGeneratorInitializationContext context, string attribute, string parseStep, string modelStep)
    {
        var models = context.SyntaxProvider
            .ForAttributeWithMetadataName(attribute, static (node, _) => node is TypeDeclarationSyntax, Parse)
            .WithTrackingName(parseStep)
            .SelectMany(static (model, _) => model is null ? [] : ImmutableArray.Create(model))
            .WithTrackingName(modelStep);
        context.RegisterSourceOutput(models, static (output, model) =>
            output.AddSource(model.HintName, SourceText.From(DeclarationEmitter.Emit(model), Encoding.UTF8)));
    }

    private static DeclarationModel? Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        var isBlock = context.Attributes.Any(static data => data.AttributeClass?.Name == KnownNames.Block);
        return context.TargetSymbol is INamedTypeSymbol type && !(isBlock && KnownNames.Has(type, KnownNames.Model))
            ? BlockLibrary.Of(context.SemanticModel.Compilation).Parse(type, cancellation).Model
            : null;
    }
}
