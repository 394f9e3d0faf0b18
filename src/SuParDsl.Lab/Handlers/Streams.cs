namespace SuParDsl.Lab.Handlers;

/// <summary>Where a command writes.</summary>
/// <param name="Output">The output: progress, tables and results.</param>
/// <param name="Error">The error stream.</param>
internal sealed record Streams(TextWriter Output, TextWriter Error);
