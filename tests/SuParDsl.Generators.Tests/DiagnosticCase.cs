namespace SuParDsl.Generators.Tests;

/// <summary>A declaration with one mistake, between « and », and the same declaration without it.</summary>
/// <param name="Id">The only diagnostic that it must lead to.</param>
/// <param name="Message">The message.</param>
/// <param name="Bad">The mistake.</param>
/// <param name="Good">The remedy.</param>
/// <param name="Emits">
/// Whether something is emitted despite the mistake: a stub for an error, the real part for a warning.
/// </param>
/// <param name="CSharp">C#'s own errors that the mistake also leads to.</param>
public sealed record DiagnosticCase(string Id, string Message, string Bad, string Good, bool Emits = true, string CSharp = "")
{
    public override string ToString() => Id;
}
