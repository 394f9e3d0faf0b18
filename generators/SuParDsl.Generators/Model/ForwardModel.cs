namespace SuParDsl.Generators.Model;

/// <summary>The emitted <c>forward</c>.</summary>
internal sealed record ForwardModel(string ScopeName, string Summary, EquatableArray<FlowStatement> Statements);
