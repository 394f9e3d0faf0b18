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
    public static DeclarationModel Build(Declaration read)
    {
        var context = read.Context;
        var isStub = context.Findings.IsBroken;
        var forward = isStub || read.Flow is null ? null : FlowLowering.Lower(context, read.Flow, SparseLayers(read));
        var type = context.Type;
        var table = isStub ? default : TensorTable.Of(context, read.Tensors);
        var emitted = isStub ? default : LayerModels.Of(read.Layers, read.Uses, table);
        var arguments = read.Constructor?.Parameters
            .Select(static parameter => UserSyntax.Escape(parameter.Name)).ToImmutableArray() ?? [];
        return new(
            TypeNames.HintName(type),
            TypeNames.Full(type),
            TypeNames.Namespace(type),
            TypeNames.Containers(context.Part),
            UserSyntax.Escape(type.Name),
            TypeNames.TypeParameters(context.Part),
            context.Kind,
            isStub,
            read.Constructor is not null,
            read.Methods.Forward is not null,
            TypeDocs.HasTag(context.Parts, "summary") ? null : TypeDocs.Summary(context),
            isStub || TypeDocs.HasTag(context.Parts, "remarks") ? null : TypeDocs.Remarks(context, read.Flow),
            forward,
            isStub ? null : PositionMixes.Of(context, read.Methods.Forward is not null, read.Flow?.Tree),
            ParameterModels.Of(context),
            arguments,
            isStub ? Unread(context, arguments) : default,
            Guards(context, isStub ? [] : read.Divisions),
            emitted,
            PartialLayers.Of(context, emitted),
            read.Methods.Signature,
            context.Kind == DeclarationKind.Model ? Root(context, read.Tensors) : null,
            isStub ? null : LayerModels.CoverOf(read.Cover.Density, read.Cover.IsDense),
            isStub ? default : (EquatableArray<ExtentModel>)read.Uses.HeadSizes,
            context.Unique("scope"),
            context.Unique("block"),
            new(context.Inherited("register_module"), context.Inherited("Initialize"), context.Inherited("Seed")),
            table);
    }

    /// <summary>The parameters that a stub assigns to a discard, unless one of them is itself named like a discard.</summary>
    private static EquatableArray<string> Unread(DeclarationContext context, ImmutableArray<string> arguments) =>
        arguments.Any(UserSyntax.IsDiscard) ? default
            : (EquatableArray<string>)arguments.RemoveAll(name => context.Hidden.Contains(name.TrimStart('@')));

    /// <summary>
    /// The linear layers whose weight is sparse, or becomes sparse if the class is used inside a <c>[Sparse]</c>.
    /// </summary>
    private static HashSet<Layer> SparseLayers(Declaration read)
    {
        var sparse = new HashSet<string>(
            read.Tensors.Where(tensor => MayBeSparse(read.Context, tensor)).Select(static tensor => tensor.Name),
            StringComparer.Ordinal);
        return [.. read.Layers.Where(layer =>
            KnownNames.IsLibraryType(layer.Type, LayerTable.Linear) && sparse.Contains(layer.Name + ".weight"))];
    }

    private static bool MayBeSparse(DeclarationContext context, TensorInfo weight) =>
        (weight.Density is { } density ? density.Value != "1"
            : weight.CanBeCovered && !weight.IsDensitySettled && context.Kind == DeclarationKind.Block)
        && TensorTable.RoleOf(context, weight) == Role.Hidden;

    private static EquatableArray<GuardModel> Guards(DeclarationContext context, ImmutableArray<Division> divisions)
    {
        IEnumerable<GuardModel> densities = context.Parameters.Where(static p => p.IsDensity)
            .Select(static p => new GuardModel.Density(p.Code));
        var sizes = divisions.Where(static division => !division.IsInherited)
            .GroupBy(static division => (division.Size, division.Divisor))
            .Select(group => Divisibility.Guard(context, group.First())).OfType<GuardModel>();
        return context.Type.Arity > 0 ? default : (EquatableArray<GuardModel>)densities.Concat(sizes).ToImmutableArray();
    }

    private static RootModel Root(DeclarationContext context, ImmutableArray<TensorInfo> tensors)
    {
        var alpha = First(ParameterKind.Depth)?.Alpha;
        return new(
            First(ParameterKind.Rule)?.Code, First(ParameterKind.InitStd)?.Code, alpha == 1 ? null : alpha,
            Chosen("Attention"), Chosen("RuleDensity"),
            context.Parameters.Where(static p => p.Kind == ParameterKind.Multiplier)
                .Select(static p => new MultiplierModel(p.Name, p.Code)).ToImmutableArray(),
            SizeModels.Of(context, tensors),
            context.Record?.Type);

        Parameter? First(ParameterKind kind) => context.Parameters.FirstOrDefault(parameter => parameter.Kind == kind);

        LibraryEnum? Chosen(string property) => KnownNames.Find(context.Type, KnownNames.Model) is { } model
            ? KnownNames.EnumMember(model, property)
            : null;
    }
}
