using System.Collections.Immutable;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>A statement of a flow.</summary>
internal abstract record FlowStep
{
    /// <summary>A local that is declared, with its type, or assigned, without.</summary>
    public sealed record Assign(string Name, string? Type, FlowNode Value) : FlowStep;

    /// <summary>A split that is taken apart; an empty name is a discard.</summary>
    public sealed record Split(ImmutableArray<string> Names, bool IsDeclaration, PartsNode Value) : FlowStep;

    /// <summary>The result, or the results of a tuple.</summary>
    public sealed record Return(ImmutableArray<FlowNode> Values) : FlowStep;
}
