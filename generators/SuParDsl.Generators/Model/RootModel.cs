namespace SuParDsl.Generators.Model;

/// <summary>What only a model's <c>Declare</c> has: the arguments of <c>Declaration.Root</c>, the last of them with their names, and the flow's multipliers; and the
/// user's own record of sizes, null where one is emitted.</summary>
internal sealed record RootModel(string Rule, string InitStd, string Choices, EquatableArray<string> Multipliers, string? RecordType);
