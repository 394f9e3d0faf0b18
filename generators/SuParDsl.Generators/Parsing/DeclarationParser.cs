using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Building;
using SuParDsl.Generators.Parsing.Checks;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Expressions;
using SuParDsl.Generators.Parsing.Flow;
using SuParDsl.Generators.Parsing.Form;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Layers;
using SuParDsl.Generators.Parsing.Parameters;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing;

/// <summary>
/// Reads a class marked <c>[Model]</c> or <c>[Block]</c>. The generator takes the model from its result and the analyzer the
/// diagnostics, so the two cannot disagree. It gives the same answer before and after generation.
/// </summary>
internal static class DeclarationParser
{
    public static ParseResult Parse(INamedTypeSymbol type, IBlockSummaries library, CancellationToken cancellation)
    {
        var parts = UserSyntax.Parts(type, cancellation).ToImmutableArray();
        var kind = KnownNames.Has(type, KnownNames.Model) ? DeclarationKind.Model : DeclarationKind.Block;
        var attribute = KnownNames.Find(type, kind == DeclarationKind.Model ? KnownNames.Model : KnownNames.Block);
        var marked = attribute?.ApplicationSyntaxReference?.GetSyntax(cancellation).FirstAncestorOrSelf<TypeDeclarationSyntax>();
        var part = parts.FirstOrDefault(p => p == marked) ?? parts.FirstOrDefault();
        if (part is null)
        {
            return new(null, [], null);
        }

        var context = new DeclarationContext(type, part, parts, kind, library, cancellation);
        if (!TypeForm.Check(context))
        {
            return new(null, context.Findings.Diagnostics, null);
        }

        var constructor = PrimaryConstructor(type, parts);
        if (!ReachChecks.CheckParameters(context, constructor) || !ReachChecks.CheckDepth(context))
        {
            return new(null, context.Findings.Diagnostics, null);
        }

        TypeForm.CheckContent(context, constructor);
        context.Parameters = constructor is null ? [] : ParameterParser.Parse(context, constructor);
        foreach (var parameter in context.Parameters.Where(parameter => !parameter.IsOfRecord && context.Hidden.Contains(parameter.Name)))
        {
            parameter.Code = "default";
        }

        if (!ReachChecks.CheckDerived(context))
        {
            return new(null, context.Findings.Diagnostics, null);
        }

        var layers = LayerParser.Parse(context);
        var (density, isDense) = LayerAttributes.ReadCover(context, type);
        var flow = FlowFinder.Read(context, layers);
        Finish(context, layers, flow, density);

        var tensors = context.Findings.IsBroken ? [] : layers
            .SelectMany(layer => TensorParser.Of(context, layer))
            .Select(tensor => TensorParser.Cover(tensor, density, isDense, isOwn: false)).ToImmutableArray();
        CoverChecks.Check(context, layers, tensors);
        MethodChecks.CheckRule(context, tensors);
        var model = DeclarationModelBuilder.Build(
            context, [.. constructor?.Parameters.Select(static parameter => UserSyntax.Escape(parameter.Name)) ?? []],
            constructor is not null, layers, flow, density, isDense, tensors);
        return new(model, context.Findings.Diagnostics, Summarize(context, constructor, layers, flow, tensors))
        {
            Roles = [.. layers.Zip(model.Layers, static (layer, emitted) => (layer.Location, layer.Name, emitted.Description))],
        };
    }

    private static IMethodSymbol? PrimaryConstructor(INamedTypeSymbol type, ImmutableArray<TypeDeclarationSyntax> parts)
    {
        return type.InstanceConstructors.FirstOrDefault(constructor =>
            constructor.DeclaringSyntaxReferences.Any(place => parts.Any(part => DeclaresAt(part, place))));

        // A primary constructor is declared where its class is.
        static bool DeclaresAt(TypeDeclarationSyntax part, SyntaxReference place) =>
            part.ParameterList is not null && part.SyntaxTree == place.SyntaxTree && part.Span == place.Span;
    }

    /// <summary>Checks that need the whole class.</summary>
    private static void Finish(DeclarationContext context, ImmutableArray<Layer> layers, FlowFinder.Found flow, DensityArgument? cover)
    {
        if (layers.Any(static layer => layer.IsBroken))
        {
            context.Findings.MarkIncomplete();
        }

        if (flow.Parsed is { } parsed && !context.Findings.HasErrors)
        {
            foreach (var layer in layers.Where(static layer => !layer.IsUsed))
            {
                context.Findings.Add(Descriptors.UnusedLayer, layer.Location, layer.Name);
            }
        }

        Divisibility.Check(context, layers, flow.Shapes);
        foreach (var layer in context.Findings.HasErrors ? [] : layers)
        {
            LayerChecks.Check(context, layer, cover);
        }

        if (flow.Parsed is { } complete && !context.Findings.HasErrors)
        {
            FlowChecks.Check(context, complete);
        }

        foreach (var parameter in context.Findings.HasErrors ? [] : UnusedDensities(context))
        {
            // A block may leave a density of a shared record to other blocks; the model that fills the record may not.
            if (parameter.Syntax is { } syntax && !(parameter.IsOfRecord && context.Kind == DeclarationKind.Block))
            {
                context.Findings.Add(Descriptors.UnusedDensity, syntax.Identifier.GetLocation(), parameter.Code);
            }
        }
    }

    private static IEnumerable<Parameter> UnusedDensities(DeclarationContext context) =>
        context.Parameters.Where(parameter => parameter.IsDensity && !context.IsUsed(parameter.Name));

    private static BlockSummary Summarize(
        DeclarationContext context, IMethodSymbol? constructor, ImmutableArray<Layer> layers, FlowFinder.Found flow,
        ImmutableArray<TensorInfo> tensors)
    {
        var isBroken = context.Findings.IsBroken;
        return new(
            context.Type.Name, context.Parameters, context.Kind == DeclarationKind.Model,
            isBroken || flow.Parsed is null
                ? [.. BlockTypes.Unknown(flow.Signature.Inputs.Count)]
                : [.. flow.Parsed.Inputs.Select(static input => (Shape?)input.Shape)],
            isBroken || flow.Parsed is null ? [.. BlockTypes.Unknown(flow.Signature.Outputs)] : flow.Parsed.Outputs,
            tensors, isBroken ? [] : [.. context.Divisions])
        {
            Names = [.. constructor?.Parameters.Select(static parameter => parameter.Name) ?? []],
            Record = context.Record,
            DepthFaults = isBroken ? [] : [.. flow.DepthFaults,
                .. layers.SelectMany(static layer => layer.Block?.DepthFaults ?? [])],
            UnusedDensities = [.. UnusedDensities(context).Select(static parameter => parameter.Name)],
        };
    }
}
