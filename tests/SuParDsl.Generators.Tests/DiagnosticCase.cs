namespace SuParDsl.Generators.Tests;

/// <summary>A declaration with one mistake, between « and », and the same declaration without it.</summary>
/// <param name="Id">The one diagnostic that it must give.</param>
/// <param name="Message">The message.</param>
/// <param name="Bad">The mistake.</param>
/// <param name="Good">The remedy.</param>
/// <param name="Emits">Whether the mistake leaves a part to emit: a stub for an error, the real one for a warning.</param>
/// <param name="CSharp">C#'s own errors that the mistake has too.</param>
public sealed record DiagnosticCase(string Id, string Message, string Bad, string Good, bool Emits = true, string CSharp = "")
{
    public override string ToString() => Id;
}
