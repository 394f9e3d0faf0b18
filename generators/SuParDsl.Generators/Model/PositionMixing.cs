namespace SuParDsl.Generators.Model;

/// <summary>
/// An operation by which the outputs of a class at one position depend on later positions, or may depend on them. A key-value
/// cache cannot continue it.
/// </summary>
/// <param name="What">The operation, as a clause.</param>
/// <param name="Unless">The condition under which it does not apply, as C#; null for none.</param>
internal sealed record PositionMixing(string What, string? Unless);
