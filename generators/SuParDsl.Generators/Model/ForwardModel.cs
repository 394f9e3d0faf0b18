namespace SuParDsl.Generators.Model;

/// <summary>The emitted <c>forward</c>.</summary>
internal sealed record ForwardModel(string Input, string ScopeName, string Summary, EquatableArray<FlowStatement> Statements);
