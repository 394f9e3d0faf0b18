namespace SuParDsl.Generators.Tests;

/// <summary>A mistake, the title of a fix and the text after it.</summary>
public sealed record FixCase(string Id, string Title, string Before, string After);
