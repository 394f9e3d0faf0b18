namespace SuParDsl.Generators.Tests.Mistakes;

/// <summary>A typical mistake.</summary>
/// <param name="Written">The lines with the mistake, as the table shows them.</param>
/// <param name="Source">A file that contains them.</param>
internal sealed record Mistake(string Written, string Source);

/// <summary>Mistakes of one subject.</summary>
/// <param name="Subject">The heading.</param>
/// <param name="Mistakes">The mistakes.</param>
internal sealed record MistakeGroup(string Subject, Mistake[] Mistakes);
