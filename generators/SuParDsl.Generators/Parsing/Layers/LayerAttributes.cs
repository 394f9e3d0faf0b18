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
    public static void Read(DeclarationContext context, Layer layer, IPropertySymbol symbol)
    {
        if (layer.External is not null && KnownNames.Find(symbol, KnownNames.Sparse) is { } mark)
        {
            // Its parameters are known only at run time, and its forward does not apply a mask.
            context.Findings.Add(
                Descriptors.NotSparsifiable, KnownNames.LocationOf(mark, context.Cancellation), layer.Name, "[Foreign] module");
            MarkUsed(context, mark);
            return;
        }

        (layer.Density, layer.IsDense) = ReadCover(context, symbol, layer.Fan is null ? layer.BuiltIn : null);
        TensorAttributes.Read(context, layer, symbol);
    }

    /// <summary>
    /// The density that <c>[Sparse]</c> states, or whether <c>[Dense]</c> ends the density of an outer <c>[Sparse]</c>.
    /// </summary>
    public static (DensityArgument? Density, bool IsDense) ReadCover(
        DeclarationContext context, ISymbol symbol, BuiltInLayer? builtIn = null)
    {
        var sparse = KnownNames.Find(symbol, KnownNames.Sparse);
        var dense = KnownNames.Find(symbol, KnownNames.Dense);
        if (sparse is not null && dense is not null)
        {
            context.Findings.Add(
                Descriptors.Conflicting, KnownNames.LocationOf(dense, context.Cancellation), symbol.Name, "[Sparse] and [Dense]");
            return (null, false);
        }

        if (builtIn is { IsMatrix: false } && (sparse ?? dense) is { } mark && (sparse is not null || !MayBeLeftOut(context, builtIn)))
        {
            var location = KnownNames.LocationOf(mark, context.Cancellation);
            if (sparse is not null)
            {
                context.Findings.Add(Descriptors.NotSparsifiable, location, symbol.Name, builtIn.Name);
            }
            else
            {
                context.Findings.Add(Descriptors.NoEffect, location, "Dense", symbol.Name, $"a {builtIn.Name} is always dense");
            }

            MarkUsed(context, sparse);
            return (null, false);
        }

        if (sparse is null || ReadSparse(context, sparse, symbol.Name) is not { } density)
        {
            return (null, dense is not null);
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
        return (density, false);
    }

    /// <summary>Whether an attribute's density is distributed over the layers of every role.</summary>
    public static bool CoversAll(AttributeData sparse) =>
        KnownNames.EnumMember(sparse, "Distribution")?.Member == "ErdosRenyiAll";

    /// <summary>
    /// Whether <c>[Dense]</c> takes a layer that cannot be sparse out of a <c>[Sparse]</c> over all layers. One may be around any block.
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

    private static void MarkUsed(DeclarationContext context, AttributeData? sparse)
    {
        if (sparse?.ConstructorArguments is [{ Value: string name }])
        {
            context.Use(name);
        }
    }
}
