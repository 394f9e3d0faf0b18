namespace SuParDsl.Generators.Model;

/// <summary>The arguments that only a model's <c>Declare</c> has.</summary>
/// <param name="Rule">The first argument of <c>ParameterScope.Root</c>.</param>
/// <param name="InitStd">The second.</param>
/// <param name="Choices">The others, with their names.</param>
/// <param name="Multipliers">The flow's multipliers.</param>
/// <param name="RecordType">The user's own record of sizes; null where one is emitted.</param>
internal sealed record RootModel(
    string Rule, string InitStd, string Choices, EquatableArray<string> Multipliers, string? RecordType);
