using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Expressions;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Parsing.Syntax;

namespace SuParDsl.Generators.Parsing.Layers;

/// <summary>Reads the attributes of a layer, and those of a class that cover its layers.</summary>
internal static class LayerAttributes
{
    public static LayerOptions Read(DeclarationContext context, LayerProperty layer, LayerArguments arguments)
    {
        if (layer.External is not null && KnownNames.Find(layer.Symbol, KnownNames.Sparse) is { } mark)
        {
            // The module's parameters are known only at run time, and its forward does not apply a mask.
            context.Findings.Add(
                Descriptors.NotSparsifiable, KnownNames.LocationOf(mark, context.Cancellation), layer.Name, "[Foreign] module");
            return new() { Cover = Cover.None with { Parameter = ParameterOf(mark) } };
        }

        var cover = ReadCover(context, layer.Symbol, arguments.Fan is null ? layer.BuiltIn : null);
        return TensorAttributes.Read(context, layer, arguments, cover);
    }

    /// <summary>Reads the <c>[Sparse]</c> or <c>[Dense]</c> on a layer or a class.</summary>
    public static Cover ReadCover(DeclarationContext context, ISymbol symbol, BuiltInLayer? builtIn = null)
    {
        var sparse = KnownNames.Find(symbol, KnownNames.Sparse);
        var dense = KnownNames.Find(symbol, KnownNames.Dense);
        if (sparse is not null && dense is not null)
        {
            context.Findings.Add(
                Descriptors.Conflicting, KnownNames.LocationOf(dense, context.Cancellation), symbol.Name, "[Sparse] and [Dense]");
            return Cover.None;
        }

        if (builtIn is { IsMatrix: false } && (sparse ?? dense) is { } mark
            && (sparse is not null || !MayBeLeftOut(context, builtIn)))
        {
            var location = KnownNames.LocationOf(mark, context.Cancellation);
            if (sparse is not null)
            {
                context.Findings.Add(Descriptors.NotSparsifiable, location, symbol.Name, builtIn.Name);
            }
            else
            {
                context.Findings.Add(
                    Descriptors.NoEffect, location, "Dense", symbol.Name, $"a {builtIn.Name} is always dense", "remove it");
            }

            return Cover.None with { Parameter = ParameterOf(sparse) };
        }

        if (sparse is null || ReadSparse(context, sparse, symbol.Name) is not { } density)
        {
            return new(null, dense is not null, null);
        }

        CheckStorage(context, sparse, symbol.Name, builtIn);
        density = density with
        {
            Mask = KnownNames.EnumMember(sparse, "Mask"),
            Pattern = KnownNames.EnumValue<Mask>(sparse, "Mask") is { } kind
                && AttributeText.Argument(sparse, "Mask", context.Cancellation) is { } place
                ? (kind, place.GetLocation())
                : null,
            Distribution = KnownNames.EnumMember(sparse, "Distribution"),
            Method = KnownNames.EnumMember(sparse, "Method"),
            Storage = KnownNames.EnumMember(sparse, "Storage"),
            Moves = MaskMethod.Read(context, sparse, symbol.Name),
        };
        return new(density, IsDense: false, ParameterOf(sparse));
    }

    /// <summary>Whether an attribute's density is distributed over the layers of every role.</summary>
    public static bool CoversAll(AttributeData sparse) =>
        KnownNames.EnumMember(sparse, "Distribution")?.Member == "ErdosRenyiAll";

    /// <summary>
    /// Whether <c>[Dense]</c> takes a layer that cannot be sparse out of a <c>[Sparse]</c> over all layers. Such a
    /// <c>[Sparse]</c> may be around any block.
    /// </summary>
    private static bool MayBeLeftOut(DeclarationContext context, BuiltInLayer builtIn) =>
        builtIn.Shape is ShapeRule.Lookup or ShapeRule.Value
        && (context.Kind == DeclarationKind.Block
            || (KnownNames.Find(context.Type, KnownNames.Sparse) is { } cover && CoversAll(cover)));

    private static void CheckStorage(DeclarationContext context, AttributeData sparse, string owner, BuiltInLayer? builtIn)
    {
        if (builtIn is { Name: not "Linear" } other
            && KnownNames.EnumMember(sparse, "Storage")?.Member == "Compressed"
            && AttributeText.Argument(sparse, "Storage", context.Cancellation) is { } place)
        {
            context.Findings.Add(Descriptors.NotCompressible, place.GetLocation(), owner, other.Name);
        }
    }

    private static DensityArgument? ReadSparse(DeclarationContext context, AttributeData sparse, string owner)
    {
        if (AttributeText.Argument(sparse, 0, context.Cancellation) is not { } expression
            || sparse.ConstructorArguments is not [{ Kind: TypedConstantKind.Primitive } argument])
        {
            return null;
        }

        if (argument.Value is string name)
        {
            if (context.Find(name) is { IsDensity: true } density)
            {
                return DensityExpression.OfParameter(context, density);
            }

            // A density that is not a double is reported at the parameter.
            if (context.Find(name) is { IsMarkedDensity: true })
            {
                return null;
            }

            var known = context.Parameters.Where(static p => p.IsDensity).Select(static p => $"nameof({p.Code})").ToList();
            var remedy = known.Count > 0 ? "use " + string.Join(" or ", known) : "add a parameter: [Density] double density";
            context.Findings.Add(Descriptors.UnknownDensity, expression.GetLocation(), name, context.Type.Name, remedy);
            return null;
        }

        if (argument.Value is not double value
            || !DensityExpression.CheckConstant(context, expression, value, $"The density of '{owner}'"))
        {
            return null;
        }

        var @base = KnownNames.Named<double>(sparse, "Base") ?? 1;
        return AttributeText.Argument(sparse, "Base", context.Cancellation) is not { } stated
            || DensityExpression.CheckConstant(context, stated, @base, $"The base density of '{owner}'")
            ? DensityExpression.OfConstant(value, @base)
            : null;
    }

    /// <summary>The density parameter that a <c>[Sparse]</c> names; null where it states a number.</summary>
    private static string? ParameterOf(AttributeData? sparse) =>
        sparse?.ConstructorArguments is [{ Value: string name }] ? name : null;
}
