namespace SuParDsl.Generators.Model;

/// <summary>A statement of an emitted <c>forward</c>.</summary>
internal abstract record FlowStatement
{
    /// <summary><c>var name = value;</c></summary>
    public sealed record Declare(string Type, string Name, FlowExpression Value) : FlowStatement;

    /// <summary><c>name = value;</c></summary>
    public sealed record Assign(string Name, FlowExpression Value) : FlowStatement;

    /// <summary><c>var (a, b) = …</c> over parts of an axis, cut by a call, or over the tuple that a call gives; an empty name is a discard.</summary>
    public sealed record Split(EquatableArray<string> Names, bool IsDeclaration, string Parts, FlowExpression Value, string? Cut) : FlowStatement;

    /// <summary><c>return value;</c> or a tuple.</summary>
    public sealed record Return(EquatableArray<FlowExpression> Values) : FlowStatement;
}
