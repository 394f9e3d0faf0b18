using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Layers;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>
/// Finds what keeps a class from running on the last positions only, with the keys and values of earlier ones in a cache. The
/// layers of a class answer for themselves, if they are blocks.
/// </summary>
internal static class PositionMixes
{
    /// <summary>The member of a class that the user may write to answer in place of the generator.</summary>
    public const string Member = "MixesPositions";

    /// <summary>The first such operation; null if there is none, or if the user's class answers itself.</summary>
    /// <param name="context">The class.</param>
    /// <param name="hasForward">Whether the user wrote <c>forward</c>.</param>
    /// <param name="flow">The flow; null if there is none.</param>
    public static PositionMixing? Of(DeclarationContext context, bool hasForward, FlowTree? flow)
    {
        if (context.Parts.SelectMany(static part => part.Members).OfType<PropertyDeclarationSyntax>()
            .Any(static property => property.Identifier.ValueText == Member))
        {
            return null;
        }

        if (hasForward)
        {
            return new("its forward is written by hand", null);
        }

        var found = flow?.Nodes().Select(node => Of(node, flow.Names)).OfType<PositionMixing>().Distinct().ToList() ?? [];
        return found.Find(static mixing => mixing.Unless is null)
            ?? (found.Count == 0 ? null
                : new(found[0].What, string.Join(" && ", found.Select(static mixing => $"({mixing.Unless})"))));
    }

    private static PositionMixing? Of(FlowNode node, ImmutableHashSet<string> locals) => node switch
    {
        AttentionNode { Masks: [var mask, ..] } => new($"its attention has the argument {mask.Parameter}", null),
        AttentionNode attention => Of(attention.Causal, locals),
        FlowOpNode { Word: FlowOpTable.Pool } => new("Pool takes the mean over positions", null),
        FlowOpNode { Word: FlowOpTable.Tokens } => new("Tokens makes positions of pixels", null),
        AxesNode { Axes: not [-1] } axes => new($"{axes.Word} acts on an axis that may be positions", null),
        ReshapeNode => new("Reshape changes an axis that may be positions", null),
        JoinNode { Axis: not (null or -1) } => new("Cat joins along an axis that may be positions", null),
        CallNode { Layer: { BuiltIn.Shape: ShapeRule.Image } layer } =>
            new($"the {layer.Type.Name} '{layer.Name}' is for images", null),
        CallNode { Layer: { BuiltIn: { IsContract: true, PerPosition: false } } layer } => Undeclared(layer.Name),
        CallNode { Layer: { External.PerPosition: false } layer } => Undeclared(layer.Name),
        OpNode { PerPosition: false } op => Undeclared(op.Name),
        not (OpNode or NameNode) when node.Inputs.Select(static input => input.Value).OfType<WeightNode>()
            .FirstOrDefault(static weight => weight.Layer.SizeList.Length > 1) is { } weight =>
            new($"the weight '{weight.Layer.Name}' has an axis that may be positions", null),
        _ => null,
    };

    private static PositionMixing Undeclared(string name) =>
        new($"'{name}' may combine positions, because it is not marked PerPosition", null);

    private static PositionMixing? Of(string causal, ImmutableHashSet<string> locals)
    {
        const string What = "its attention is not causal";
        if (causal is "true" or "false")
        {
            return causal == "true" ? null : new(What, null);
        }

        // A condition that the flow computes is not known outside of it.
        var isComputed = Identifiers.In(causal).Any(locals.Contains);
        return new(isComputed ? "the flow computes whether its attention is causal" : What, isComputed ? null : causal);
    }
}
