namespace SuParDsl.Generators.Model;

/// <summary>The emitted <c>forward</c>.</summary>
/// <param name="ScopeName">The local that holds the dispose scope of its temporaries.</param>
/// <param name="Summary">What it maps.</param>
/// <param name="File">The file of the flow, as the compiler names it; null where no directive can name it.</param>
/// <param name="Statements">Its statements.</param>
internal sealed record ForwardModel(string ScopeName, string Summary, string? File, EquatableArray<FlowStatement> Statements);
