using System.Collections.Immutable;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Layers;

namespace SuParDsl.Generators.Parsing.Checks;

/// <summary>Finds density parameters that make nothing sparse.</summary>
internal static class DensityUses
{
    /// <summary>The density parameters that no layer is given and no <c>[Sparse]</c> names.</summary>
    public static IEnumerable<Parameter> Unused(DeclarationContext context, ImmutableArray<Layer> layers, Cover cover)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in layers.SelectMany(static layer => layer.Arguments.Reads.Append(layer.Options.Cover.Parameter))
            .Append(cover.Parameter).OfType<string>())
        {
            used.Add(name);
        }

        return context.Parameters.Where(parameter => parameter.IsDensity && !used.Contains(parameter.Name));
    }
}
