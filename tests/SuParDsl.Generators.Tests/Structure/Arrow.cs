namespace SuParDsl.Generators.Tests.Structure;

/// <summary>A dependency: <paramref name="From"/> names something that <paramref name="To"/> declares.</summary>
/// <param name="From">The file, or folder, that depends.</param>
/// <param name="To">The file, or folder, that it depends on.</param>
/// <param name="Reason">What is named, for messages.</param>
internal sealed record Arrow(string From, string To, string Reason);
