using System.Collections.Immutable;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>A flow with the shapes of its values.</summary>
internal sealed record ParsedFlow(FlowTree Tree, InferredShapes Shapes)
{
    /// <summary>The shapes that the flow maps, as text.</summary>
    public string InWords(Func<InputNode, string> name)
    {
        var axes = new List<string>();
        var takes = string.Join(", ", Tree.Inputs.Zip(Shapes.Inputs, (input, shape) => name(input) + shape.InWords(axes)));
        return Shapes.Outputs.Any(static shape => shape is null) ? takes
            : $"{takes} → {string.Join(", ", Shapes.Outputs.Select(shape => shape!.InWords(axes)))}";
    }
}
