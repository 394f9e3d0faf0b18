using System.Collections.Immutable;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Checks;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Flow;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Layers;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Rules;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Building;

/// <summary>Builds the model that the emitters print from what was read.</summary>
internal static class DeclarationModelBuilder
{
    public static DeclarationModel Build(
        DeclarationContext context, ImmutableArray<string> arguments, bool hasPrimary, ImmutableArray<Layer> layers,
        FlowFinder.Found flow, DensityArgument? density, bool isDense, ImmutableArray<TensorInfo> tensors)
    {
        var isStub = context.Findings.IsBroken;
        var forward = isStub || flow.Parsed is null ? null
            : FlowLowering.Lower(context, flow.Parsed, SparseLayers(context, layers, tensors));
        var type = context.Type;
        var table = isStub ? default : TensorTable.Of(context, tensors);
        var emitted = isStub ? default : LayerModels.Of(layers, table);
        return new(
            TypeNames.HintName(type),
            TypeNames.Full(type),
            TypeNames.Namespace(type),
            TypeNames.Containers(context.Part),
            UserSyntax.Escape(type.Name),
            TypeNames.TypeParameters(context.Part),
            context.Kind,
            isStub,
            hasPrimary,
            flow.HasForward,
            TypeDocs.HasTag(context.Parts, "summary") ? null : TypeDocs.Summary(context),
            isStub || TypeDocs.HasTag(context.Parts, "remarks") ? null : TypeDocs.Remarks(context, flow),
            forward,
            ParameterModels.Of(context),
            arguments,
            isStub ? Unread(context, arguments) : default,
            Guards(context, isStub),
            emitted,
            PartialLayers.Of(context, emitted),
            flow.Signature,
            context.Kind == DeclarationKind.Model ? Root(context) : null,
            isStub ? null : LayerModels.CoverOf(density, isDense),
            isStub ? default : (EquatableArray<ExtentModel>)context.HeadSizes.Distinct().ToImmutableArray(),
            context.Unique("scope"),
            context.Unique("block"),
            new(context.Inherited("register_module"), context.Inherited("Initialize")),
            table);
    }

    /// <summary>The parameters that a stub assigns to a discard, unless one of them is itself named like a discard.</summary>
    private static EquatableArray<string> Unread(DeclarationContext context, ImmutableArray<string> arguments) => arguments.Any(UserSyntax.IsDiscard)
        ? default
        : (EquatableArray<string>)arguments.RemoveAll(name => context.Hidden.Contains(name.TrimStart('@')));

    /// <summary>
    /// The linear layers whose weight is sparse, or becomes sparse if the class is used inside a <c>[Sparse]</c>.
    /// </summary>
    private static HashSet<Layer> SparseLayers(
        DeclarationContext context, ImmutableArray<Layer> layers, ImmutableArray<TensorInfo> tensors)
    {
        var sparse = new HashSet<string>(
            tensors.Where(tensor => MayBeSparse(context, tensor)).Select(static tensor => tensor.Name), StringComparer.Ordinal);
        return [.. layers.Where(layer =>
            KnownNames.IsLibraryType(layer.Type, LayerTable.Linear) && sparse.Contains(layer.Name + ".weight"))];
    }

    private static bool MayBeSparse(DeclarationContext context, TensorInfo weight) =>
        (weight.Density is { } density ? density.Value != "1"
            : weight.CanBeCovered && !weight.IsDensitySettled && context.Kind == DeclarationKind.Block)
        && TensorTable.RoleOf(context, weight) == Role.Hidden;

    private static EquatableArray<GuardModel> Guards(DeclarationContext context, bool isStub)
    {
        var guards = context.Parameters.Where(static p => p.IsDensity).Select(static p => new GuardModel.Density(p.Code));
        var divisions = isStub ? [] : context.Divisions
            .Where(static division => !division.IsInherited)
            .GroupBy(static division => (division.Size, division.Divisor))
            .Select(group => Divisibility.Guard(context, group.First()))
            .OfType<GuardModel>();
        return context.Type.Arity > 0 ? default : (EquatableArray<GuardModel>)guards.Concat(divisions).ToImmutableArray();
    }

    private static RootModel Root(DeclarationContext context)
    {
        var alpha = First(ParameterKind.Depth)?.Alpha;
        return new(
            First(ParameterKind.Rule)?.Code, First(ParameterKind.InitStd)?.Code, alpha == 1 ? null : alpha,
            Chosen("Attention"), Chosen("RuleDensity"),
            context.Parameters.Where(static p => p.Kind == ParameterKind.Multiplier)
                .Select(static p => new MultiplierModel(p.Name, p.Code)).ToImmutableArray(),
            context.Record?.Type);

        Parameter? First(ParameterKind kind) => context.Parameters.FirstOrDefault(parameter => parameter.Kind == kind);

        LibraryEnum? Chosen(string property) => KnownNames.Find(context.Type, KnownNames.Model) is { } model
            ? KnownNames.EnumMember(model, property)
            : null;
    }
}
