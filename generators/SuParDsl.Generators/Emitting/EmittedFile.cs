using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Model;

namespace SuParDsl.Generators.Emitting;

/// <summary>An emitted file.</summary>
/// <param name="HintName">Its name.</param>
/// <param name="Type">The full metadata name of the class whose half it is.</param>
/// <param name="Text">Its text; empty where printing it failed.</param>
/// <param name="Fault">Why printing it failed; null where it did not.</param>
internal sealed record EmittedFile(string HintName, string Type, string Text, string? Fault)
{
    public static EmittedFile Of(DeclarationModel model) => Diagnostics.Fault.Contain<EmittedFile>(
        () => new(model.HintName, model.Type, DeclarationEmitter.Emit(model), null),
        fault => new(model.HintName, model.Type, string.Empty, Diagnostics.Fault.Text(fault)));
}
