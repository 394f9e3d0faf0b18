using SuParDsl.Generators.Model;

namespace SuParDsl.Generators.Emitting;

/// <summary>
/// Prints the other halves of partial layers, then <c>RegisterLayers</c>: the run-time checks, and the layers under their names.
/// </summary>
internal static class LayersEmitter
{
    public static void Emit(SourceWriter writer, DeclarationModel model)
    {
        foreach (var layer in model.PartialLayers)
        {
            Partial(writer, layer);
        }

        writer.Line("/// <inheritdoc/>");
        EmittedNames.GeneratedCode(writer);
        writer.Open("protected override void RegisterLayers()");
        foreach (var guard in model.Guards)
        {
            writer.Code(guard);
        }

        // Every parameter is read, because otherwise C# would warn about each unread one (CS9113) beside the error of the stub.
        foreach (var argument in model.Unread)
        {
            writer.Line($"_ = {argument};");
        }

        foreach (var layer in model.Layers)
        {
            writer.Line($"{model.Calls.Register}(\"{layer.Name}\", {layer.Identifier});");
        }

        writer.Close();
        writer.Line();
    }

    // There is no [GeneratedCode] here, because both halves share attributes and the property is the user's.
    private static void Partial(SourceWriter writer, PartialLayerModel layer)
    {
        if (layer.Description is { } words)
        {
            writer.DocLines($"<summary>{SourceWriter.Escape(words).Replace("; ", ";\n")}</summary>");
        }

        writer.Line($"{layer.Modifiers} {layer.Type} {layer.Identifier} {{ get => field; }}");
        writer.Line();
    }
}
