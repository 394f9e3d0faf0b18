using SuParDsl.Generators.Model;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Emitting;

/// <summary>Prints <c>Declare</c>, which gives each layer its sizes with their bases.</summary>
internal static class DeclareEmitter
{
    private const string Scope = EmittedNames.Library + "ParameterScope";
    private const string DefaultRule = EmittedNames.Library + "Rule.SuPar";
    private const string DefaultInitStd = "0.02d";
    private const string Browsable = "global::System.ComponentModel.EditorBrowsable";

    public static void Emit(SourceWriter writer, DeclarationModel model)
    {
        if (model.Root is { } root)
        {
            EmitRoot(writer, model, root);
            writer.Line();
        }

        var place = model.PlaceName;
        var parameters = model.Parameters
            .Where(static p => p.Use != ParameterUse.Captured).Select(static p => $"{TypeOf(p.Use)} {p.Name}").ToList();
        var access = model.Root is null ? "public" : "private";

        // Without sizes the signature is the one of the base class.
        var header = $"{access} {(parameters.Count == 0 ? "new " : string.Empty)}void Declare(";
        if (model.Root is null)
        {
            writer.Doc("summary", "Declares the block's tensors at a place in a model.");
        }

        EmittedNames.GeneratedCode(writer);
        if (model.Root is null)
        {
            writer.Line($"[{Browsable}({Browsable}State.Advanced)]");
        }

        writer.Line(header);
        writer.List([$"{Scope} {place}", .. parameters], ")");
        writer.Open();
        EmitBody(writer, model, place);
        writer.Close();
    }

    private static void EmitRoot(SourceWriter writer, DeclarationModel model, RootModel root)
    {
        var place = model.PlaceName;
        writer.Line("/// <inheritdoc/>");
        EmittedNames.GeneratedCode(writer);
        writer.Open($"protected override {Scope} Declare()");
        writer.Line($"var {place} = {Scope}.Root({Arguments(root)});");
        if (!model.Signature.IsPlain)
        {
            var inputs = model.Signature.Inputs.Select(static input => $"\"{input.TrimStart('@')}\"");
            writer.Line($"{place}.Inputs({string.Join(", ", inputs)});");
        }

        foreach (var multiplier in root.Multipliers)
        {
            writer.Line($"{place}.Multiplier(\"{multiplier.Name}\", {multiplier.Code});");
        }

        var arguments = model.Parameters
            .Where(static p => p.Declared is not null).Select(static p => $"{p.Name}: {Print(p.Declared!)}");
        writer.Line("Declare(");
        writer.List([place, .. arguments], ");");
        writer.Line($"return {place};");
        writer.Close();
    }

    private static void EmitBody(SourceWriter writer, DeclarationModel model, string place)
    {
        if (model.Cover is not null)
        {
            writer.Line($"{place} = {place}{LayerPrinter.Cover(model.Cover)};");
        }

        writer.Line($"base.Declare({place});");
        foreach (var size in model.HeadSizes)
        {
            writer.Line($"{place}.Heads({ValuePrinter.Print(size)});");
        }

        foreach (var layer in model.Layers)
        {
            writer.Code(LayerPrinter.Print(layer, model));
        }
    }

    /// <summary>The arguments of <c>ParameterScope.Root</c>, without those that have their defaults.</summary>
    private static string Arguments(RootModel root) =>
        $"{root.Rule ?? DefaultRule}, {root.InitStd ?? DefaultInitStd}"
        + ValuePrinter.Optional("depthAlpha", root.DepthAlpha is { } alpha ? NumberText.Literal(alpha) : null)
        + ValuePrinter.Optional("attention", root.Attention)
        + ValuePrinter.Optional("ruleDensity", root.RuleDensity);

    private static string TypeOf(ParameterUse use) => use switch
    {
        ParameterUse.Extent => EmittedNames.Extent,
        ParameterUse.Density => EmittedNames.Library + "TensorDensity",
        _ => throw new InvalidOperationException($"{use} is not a parameter of Declare"),
    };

    private static string Print(DeclaredValue value) => value switch
    {
        DeclaredValue.Scaling size => $"{EmittedNames.Extent}.Scaling({size.Code}, {Rational.Text(size.Base)})",
        DeclaredValue.Fixed size =>
            $"{EmittedNames.Extent}.Fixed({size.Code}, {(size.Base is { } number ? Rational.Text(number) : size.Code)})",
        DeclaredValue.Density { Base: 1 } density => $"new({density.Code})",
        DeclaredValue.Density density => $"new({density.Code}, {NumberText.Literal(density.Base)})",
        _ => throw new InvalidOperationException($"{value.GetType().Name} cannot be printed"),
    };
}
