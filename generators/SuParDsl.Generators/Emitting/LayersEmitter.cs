using SuParDsl.Generators.Model;

namespace SuParDsl.Generators.Emitting;

/// <summary>Prints <c>RegisterLayers</c>: the run-time checks, then the layers under their names.</summary>
internal static class LayersEmitter
{
    public static void Emit(SourceWriter writer, DeclarationModel model)
    {
        writer.Line("/// <inheritdoc/>");
        DeclarationEmitter.GeneratedCode(writer);
        writer.Open("protected override void RegisterLayers()");
        foreach (var guard in model.Guards)
        {
            writer.Code(guard);
        }

        // Unread parameters would get a warning each beside the error that the stub stands for.
        foreach (var argument in model.IsStub ? model.Arguments : default)
        {
            writer.Line($"_ = {argument};");
        }

        foreach (var layer in model.Layers)
        {
            writer.Line($"register_module(\"{layer.Name}\", {layer.Identifier});");
        }

        writer.Close();
        writer.Line();
    }
}
