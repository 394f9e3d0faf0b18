using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Building;
using SuParDsl.Generators.Parsing.Checks;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Expressions;
using SuParDsl.Generators.Parsing.Flow;
using SuParDsl.Generators.Parsing.Form;
using SuParDsl.Generators.Parsing.Layers;
using SuParDsl.Generators.Parsing.Parameters;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Parsing.Syntax;

namespace SuParDsl.Generators.Parsing;

/// <summary>
/// Reads a class marked <c>[Model]</c> or <c>[Block]</c>. The generator takes the model from its result and the analyzer the
/// diagnostics, so the two cannot disagree. It gives the same answer before and after generation.
/// </summary>
internal static class DeclarationParser
{
    public static ParseResult Parse(INamedTypeSymbol type, IBlockSummaries library, CancellationToken cancellation)
    {
        if (Find(type, library, cancellation) is not { } found)
        {
            return new(null, [], null);
        }

        var constructor = PrimaryConstructor(type, found.Parts);
        if (ReadForm(found, constructor) is not { } context)
        {
            return new(null, found.Findings.Diagnostics, null);
        }

        var layers = LayerParser.Parse(context);
        var cover = LayerAttributes.ReadCover(context, type);
        Ops.Check(context);
        var methods = FlowFinder.Find(context, layers);

        // The flow in passes: its names are bound, its shapes are inferred, and what it uses is collected from the finished tree.
        var tree = methods.Method is { } method ? FlowParser.Parse(context, method, layers) : null;
        var shapes = tree is null ? null
            : ShapeInference.Infer(context, tree, [.. layers.SelectMany(static layer => layer.Arguments.Divisions)]);
        var flow = methods.IsOnly && tree is not null && shapes is not null ? new ParsedFlow(tree, shapes) : null;
        var uses = tree is null ? FlowUses.None : FlowUses.Of(tree);

        var divisions = Check(context, layers, cover, flow, uses, shapes);
        var tensors = context.Findings.IsBroken ? [] : Tensors(context, layers, cover, uses);
        CoverChecks.Check(context, layers, tensors);
        MethodChecks.CheckRule(context, tensors);

        var read = new Declaration(context, constructor, layers, cover, methods, flow, uses, divisions, tensors);
        var model = DeclarationModelBuilder.Build(read);
        return new(model, context.Findings.Diagnostics, Summaries.Of(read, tree))
        {
            Roles = [.. layers.Zip(model.Layers, static (layer, emitted) => (layer.Location, layer.Name, emitted.Description))],
        };
    }

    /// <summary>The class as it stands in source; null if no part of it is the user's.</summary>
    private static DeclarationContext? Find(INamedTypeSymbol type, IBlockSummaries library, CancellationToken cancellation)
    {
        var parts = UserSyntax.Parts(type, cancellation).ToImmutableArray();
        var kind = KnownNames.Has(type, KnownNames.Model) ? DeclarationKind.Model : DeclarationKind.Block;
        var attribute = KnownNames.Find(type, kind == DeclarationKind.Model ? KnownNames.Model : KnownNames.Block);
        var marked = attribute?.ApplicationSyntaxReference?.GetSyntax(cancellation).FirstAncestorOrSelf<TypeDeclarationSyntax>();
        var part = parts.FirstOrDefault(p => p == marked) ?? parts.FirstOrDefault();
        return part is null ? null : new(type, part, parts, kind, library, cancellation);
    }

    private static IMethodSymbol? PrimaryConstructor(INamedTypeSymbol type, ImmutableArray<TypeDeclarationSyntax> parts)
    {
        return type.InstanceConstructors.FirstOrDefault(constructor =>
            constructor.DeclaringSyntaxReferences.Any(place => parts.Any(part => DeclaresAt(part, place))));

        // A primary constructor is declared where its class is.
        static bool DeclaresAt(TypeDeclarationSyntax part, SyntaxReference place) =>
            part.ParameterList is not null && part.SyntaxTree == place.SyntaxTree && part.Span == place.Span;
    }

    /// <summary>
    /// Checks the form of the class and reads its parameters; null where no half of it can be emitted, not even a stub.
    /// </summary>
    private static DeclarationContext? ReadForm(DeclarationContext found, IMethodSymbol? constructor)
    {
        if (!TypeForm.Check(found) || !ReachChecks.CheckParameters(found, constructor) || !ReachChecks.CheckDepth(found))
        {
            return null;
        }

        var hidden = TypeForm.CheckContent(found, constructor);
        var (parameters, record) = constructor is null ? ([], null) : ParameterParser.Parse(found, constructor);
        var readable = parameters.Select(parameter =>
            !parameter.IsOfRecord && hidden.Contains(parameter.Name) ? parameter with { Code = "default" } : parameter);
        var context = found.With([.. readable], record, hidden);
        return ReachChecks.CheckDerived(context) ? context : null;
    }

    /// <summary>
    /// The checks that need the whole class, and the divisions that were checked. A check whose question an earlier error makes
    /// meaningless is left out.
    /// </summary>
    private static ImmutableArray<Division> Check(
        DeclarationContext context, ImmutableArray<Layer> layers, Cover cover, ParsedFlow? flow, FlowUses uses,
        InferredShapes? shapes)
    {
        if (layers.Any(static layer => layer.IsBroken))
        {
            context.Findings.MarkIncomplete();
        }

        if (flow is not null && !context.Findings.HasErrors)
        {
            UseChecks.CheckLayers(context, layers, uses);
        }

        var divisions = Divisibility.Check(context, layers, shapes);
        foreach (var layer in context.Findings.HasErrors ? [] : layers)
        {
            LayerChecks.Check(context, layer, cover.Density);
        }

        if (flow is not null && !context.Findings.HasErrors)
        {
            FlowChecks.Check(context, flow);
        }

        if (!context.Findings.HasErrors)
        {
            UseChecks.CheckDensities(context, layers, cover);
        }

        return divisions;
    }

    private static ImmutableArray<TensorInfo> Tensors(
        DeclarationContext context, ImmutableArray<Layer> layers, Cover cover, FlowUses uses) =>
    [
        .. layers.SelectMany(layer => TensorParser.Of(context, layer, uses.IsTied(layer)))
            .Select(tensor => TensorParser.Cover(tensor, cover.Density, cover.IsDense, isOwn: false)),
    ];
}
