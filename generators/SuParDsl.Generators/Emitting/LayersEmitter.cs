using Microsoft.CodeAnalysis.CSharp;
using SuParDsl.Generators.Model;

namespace SuParDsl.Generators.Emitting;

/// <summary>
/// Prints the other halves of partial layers, and then <c>RegisterLayers</c> with the run-time checks and the names of layers.
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
            writer.Code(Guard(guard, model.Name));
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

    private static string Guard(GuardModel guard, string owner) => guard switch
    {
        GuardModel.Density density => $"{EmittedNames.Library}Guard.Density({density.Parameter}, nameof({owner}));",
        GuardModel.Divides division =>
            $"{EmittedNames.Library}Guard.Divides({division.Size}, {division.Divisor}, nameof({owner}), "
                + $"{SymbolDisplay.FormatLiteral(division.Where, quote: true)}, \"{division.Id}\");",
        _ => throw new InvalidOperationException($"{guard.GetType().Name} cannot be printed"),
    };

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
