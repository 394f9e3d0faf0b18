using System.Collections.Immutable;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>A flow that was read.</summary>
/// <param name="Input">Its parameter, as an identifier.</param>
/// <param name="Steps">Its statements.</param>
/// <param name="Result">What it returns.</param>
/// <param name="InputShape">The shape that it takes.</param>
/// <param name="OutputShape">The shape that it gives; null where that is not known.</param>
/// <param name="Names">Its parameter and locals.</param>
/// <param name="Sizes">What its axes were found to be.</param>
internal sealed record ParsedFlow(
    string Input, ImmutableArray<FlowStep> Steps, FlowNode Result, Shape InputShape, Shape? OutputShape, ImmutableHashSet<string> Names, Unifier Sizes);
