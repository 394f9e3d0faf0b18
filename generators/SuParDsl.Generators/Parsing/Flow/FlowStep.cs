using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Text;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>A statement of a flow.</summary>
/// <param name="Place">Where it is written.</param>
internal abstract record FlowStep(TextSpan Place)
{
    /// <summary>The values that it computes.</summary>
    public abstract ImmutableArray<FlowNode> Values { get; }

    /// <summary>A local that is declared, with its type, or assigned, without.</summary>
    public sealed record Assign(TextSpan Place, string Name, string? Type, FlowNode Value) : FlowStep(Place)
    {
        public override ImmutableArray<FlowNode> Values => [Value];
    }

    /// <summary>A deconstruction; an empty name is a discard.</summary>
    public sealed record Split(TextSpan Place, ImmutableArray<string> Names, bool IsDeclaration, PartsNode Value)
        : FlowStep(Place)
    {
        public override ImmutableArray<FlowNode> Values => [Value];
    }

    /// <summary>A statement with an error.</summary>
    public sealed record Unknown(TextSpan Place, FlowNode Value) : FlowStep(Place)
    {
        public override ImmutableArray<FlowNode> Values => [Value];
    }

    /// <summary>The result, or the results of a tuple.</summary>
    public sealed record Return(TextSpan Place, ImmutableArray<FlowNode> Results) : FlowStep(Place)
    {
        public override ImmutableArray<FlowNode> Values => Results;
    }
}
