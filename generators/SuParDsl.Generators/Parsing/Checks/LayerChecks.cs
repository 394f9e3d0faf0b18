using System.Globalization;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Layers;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Sizes;
using SuParDsl.Parameterization;

namespace SuParDsl.Generators.Parsing.Checks;

/// <summary>Checks the attributes of a layer against its role.</summary>
internal static class LayerChecks
{
    // With fewer weights per output, some rows of a mask are empty: 2 % of them at 4, 14 % at 2.
    private const int FewestWeights = 4;

    public static void Check(DeclarationContext context, Layer layer, DensityArgument? cover)
    {
        if (layer is not { IsBroken: false, BuiltIn: { IsMatrix: true, Tensors: [var rule, ..] } }
            || (layer.Density is null && layer.Start != TensorInitialization.Uniform))
        {
            return;
        }

        var fanIn = SizeText.Parse(rule.FanIn ?? "1", layer.Size)!;
        var fanOut = SizeText.Parse(rule.FanOut, layer.Size)!;
        var role = RuleTable.RoleOf(context.Scales(fanIn), context.Scales(fanOut));
        var isSparse = layer.Density is not null
            || (cover is not null && !layer.IsDense && (role == Role.Hidden || cover.CoversAll));
        if (isSparse && layer.Start == TensorInitialization.Uniform && KnownNames.Find(layer.Symbol, KnownNames.Init) is { } init)
        {
            context.Findings.Add(Descriptors.UniformSparse, KnownNames.LocationOf(init, context.Cancellation), layer.Name);
        }

        if (layer.Density is not { } density || KnownNames.Find(layer.Symbol, KnownNames.Sparse) is not { } sparse)
        {
            return;
        }

        var place = KnownNames.LocationOf(sparse, context.Cancellation);
        if (role != Role.Hidden)
        {
            var what = role switch { Role.Input => "an input layer", Role.Output => "a readout", _ => "of fixed size" };
            context.Findings.Add(Descriptors.SparseEnd, place, layer.Name, context.Text(fanIn), context.Text(fanOut), what);
        }
        else if (sparse.ConstructorArguments is [{ Value: double written }] && context.AtBase(fanIn) is { IsInteger: true } inputs
            && written * (double)inputs.Numerator is var kept && kept < FewestWeights)
        {
            context.Findings.Add(
                Descriptors.FewWeights, place, layer.Name, density.Value, Rational.Text(inputs.Numerator),
                kept.ToString("0.##", CultureInfo.InvariantCulture));
        }
    }
}
