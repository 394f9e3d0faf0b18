using System.Collections.Immutable;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Flow;
using SuParDsl.Generators.Parsing.Layers;

namespace SuParDsl.Generators.Parsing.Checks;

/// <summary>Reports layers and density parameters that nothing uses.</summary>
internal static class UseChecks
{
    /// <summary>Reports layers that the flow does not use (SUP120).</summary>
    public static void CheckLayers(DeclarationContext context, ImmutableArray<Layer> layers, FlowUses uses)
    {
        foreach (var layer in layers.Where(layer => !uses.IsUsed(layer)))
        {
            context.Findings.Add(Descriptors.UnusedLayer, layer.Location, layer.Name);
        }
    }

    /// <summary>
    /// Reports density parameters that make nothing sparse. A block may leave a density of a shared record to other blocks; the
    /// model that fills the record may not.
    /// </summary>
    public static void CheckDensities(DeclarationContext context, ImmutableArray<Layer> layers, Cover cover)
    {
        foreach (var parameter in DensityUses.Unused(context, layers, cover))
        {
            if (parameter.Syntax is { } syntax && !(parameter.IsOfRecord && context.Kind == DeclarationKind.Block))
            {
                context.Findings.Add(Descriptors.UnusedDensity, syntax.Identifier.GetLocation(), parameter.Code);
            }
        }
    }
}
