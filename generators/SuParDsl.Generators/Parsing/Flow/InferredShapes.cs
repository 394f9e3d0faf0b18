using System.Collections.Immutable;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>What was found out about the shapes in a flow.</summary>
/// <param name="Nodes">The shape of each node; null where an error leaves it unknown.</param>
/// <param name="Axes">The axis of each <c>Cat</c>.</param>
/// <param name="Features">For what each <c>.Split</c> splits, the distance of the axis of features from the end.</param>
/// <param name="Inputs">The shapes that the flow takes.</param>
/// <param name="Outputs">The shapes that the flow gives; null where one is not known.</param>
/// <param name="Shared">The axes that are the same in several inputs.</param>
/// <param name="Divisions">The divisions in the flow that must leave no remainder.</param>
/// <param name="Sizes">What unknown axes were found to be.</param>
internal sealed record InferredShapes(
    IReadOnlyDictionary<FlowNode, Shape?> Nodes, IReadOnlyDictionary<JoinNode, long> Axes,
    IReadOnlyDictionary<SplitNode, int> Features, ImmutableArray<Shape> Inputs, ImmutableArray<Shape?> Outputs,
    ImmutableArray<SharedAxis> Shared, ImmutableArray<Division> Divisions, Unifier Sizes);
