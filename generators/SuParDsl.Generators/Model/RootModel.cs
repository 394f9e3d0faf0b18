namespace SuParDsl.Generators.Model;

/// <summary>What only a model's <c>Declare</c> has: the arguments of <c>Declaration.Root</c>, the last of them with their names, and the flow's multipliers.</summary>
internal sealed record RootModel(string Rule, string InitStd, string Choices, EquatableArray<string> Multipliers);
