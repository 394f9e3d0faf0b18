namespace SuParDsl.Generators.Model;

/// <summary>A part of the user's file as <c>#line</c> counts: lines and columns from 1, the end after the last one.</summary>
internal readonly record struct SourceSpan(int StartLine, int StartColumn, int EndLine, int EndColumn);
