using SuParDsl.Generators.Model;

namespace SuParDsl.Generators.Emitting;

/// <summary>Prints <c>Declare</c>: each layer's sizes, once over the real and once over the base ones, as extents.</summary>
internal static class DeclareEmitter
{
    private const string Scope = "global::SuParDsl.ParameterScope";
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
            .Where(static p => p.DeclareType is not null).Select(static p => $"{p.DeclareType} {p.Name}").ToList();
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
        writer.Line($"var {place} = {Scope}.Root({root.Rule}, {root.InitStd}{root.Choices});");
        foreach (var multiplier in root.Multipliers)
        {
            writer.Line($"{place}.Multiplier{multiplier};");
        }

        var arguments = model.Parameters
            .Where(static p => p.Declared is not null).Select(static p => $"{p.Name}: {p.Declared}");
        writer.Line("Declare(");
        writer.List([place, .. arguments], ");");
        writer.Line($"return {place};");
        writer.Close();
    }

    private static void EmitBody(SourceWriter writer, DeclarationModel model, string place)
    {
        if (model.Cover.Length > 0)
        {
            writer.Line($"{place} = {place}{model.Cover};");
        }

        writer.Line($"base.Declare({place});");
        foreach (var size in model.HeadSizes)
        {
            writer.Line($"{place}.Heads({size});");
        }

        foreach (var layer in model.Layers)
        {
            var arguments = string.Concat(layer.Arguments.Select(static argument => ", " + argument));
            if (layer.Repeated is { } repeated)
            {
                var inner = string.Concat(repeated.Select(static argument => ", " + argument));
                arguments += $", ({layer.RepeatedName}, {place}) => {layer.RepeatedName}.Declare({place}{inner})";
            }

            if (layer.DeclaredBy is { } method)
            {
                writer.Code($"{place}.Child(\"{layer.Name}\"){layer.Cover}.{method}({layer.Identifier}{arguments});");
            }
            else
            {
                writer.Code($"{layer.Identifier}.Declare({place}.Child(\"{layer.Name}\"){layer.Cover}{arguments});");
            }
        }
    }
}
