namespace SuParDsl.Programs.Tests;

/// <summary>One line of a program.</summary>
/// <param name="Code">The line, as C# to paste.</param>
/// <param name="Run">What it does, and what it checks.</param>
internal sealed record ProgramAction(string Code, Action<TrainedModel> Run);
