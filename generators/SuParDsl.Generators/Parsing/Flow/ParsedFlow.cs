using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>A flow that was read.</summary>
/// <param name="Tree">Its file.</param>
/// <param name="Inputs">Its parameters, as identifiers, with the shapes that they take.</param>
/// <param name="Steps">Its statements.</param>
/// <param name="Results">What it returns.</param>
/// <param name="Outputs">The shapes that it gives; null where one is not known.</param>
/// <param name="Names">Its parameter and locals.</param>
/// <param name="Sizes">What its axes were found to be.</param>
internal sealed record ParsedFlow(
    SyntaxTree Tree, ImmutableArray<FlowInput> Inputs, ImmutableArray<FlowStep> Steps, ImmutableArray<FlowNode> Results,
    ImmutableArray<Shape?> Outputs, ImmutableHashSet<string> Names, Unifier Sizes)
{
    /// <summary>The shapes that the flow maps, as text.</summary>
    public string InWords(Func<FlowInput, string> name)
    {
        var axes = new List<string>();
        var takes = string.Join(", ", Inputs.Select(input => name(input) + input.Shape.InWords(axes)));
        return Outputs.Any(static shape => shape is null) ? takes
            : $"{takes} → {string.Join(", ", Outputs.Select(shape => shape!.InWords(axes)))}";
    }
}

/// <summary>A parameter of a flow.</summary>
internal sealed record FlowInput(string Name, Shape Shape);
