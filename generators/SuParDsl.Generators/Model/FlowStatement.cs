namespace SuParDsl.Generators.Model;

/// <summary>A statement of an emitted <c>forward</c>.</summary>
internal abstract record FlowStatement
{
    /// <summary>The part of the flow that it computes.</summary>
    public SourceSpan Source { get; init; }

    /// <summary><c>var name = value;</c></summary>
    public sealed record Declare(string Type, string Name, FlowExpression Value) : FlowStatement;

    /// <summary><c>name = value;</c></summary>
    public sealed record Assign(string Name, FlowExpression Value) : FlowStatement;

    /// <summary><c>var (a, b) = value;</c>, which deconstructs a value. An empty name is a discard.</summary>
    public sealed record TakeApart(EquatableArray<string> Names, bool IsDeclaration, FlowExpression Value) : FlowStatement;

    /// <summary><c>return value;</c> or a tuple.</summary>
    public sealed record Return(EquatableArray<FlowExpression> Values) : FlowStatement;
}
