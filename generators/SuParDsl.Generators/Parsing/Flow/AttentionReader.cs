using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Layers;
using SuParDsl.Generators.Parsing.Syntax;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>Reads calls of <c>Attention</c>.</summary>
internal sealed class AttentionReader(FlowExpressions expressions, DeclarationContext context)
{
    public FlowNode Read(InvocationExpressionSyntax call)
    {
        if (Bind(call) is not { } bound)
        {
            return expressions.Refuse(
                call, "Attention takes queries, keys, values and whether it is causal",
                "write: Attention(q, k, v, causal: true)");
        }

        if (!IsLayer(
                bound, FlowOpTable.Position, static layer => layer.BuiltIn?.Shape is ShapeRule.Position, "an Alibi layer",
                "declare: public Alibi Slopes { get; } = new(heads);", out var slopes, out var refused)
            || !IsLayer(
                bound, FlowOpTable.Dropout, static layer => layer.BuiltIn?.Name == LayerTable.Dropout, "a Dropout layer",
                "declare: public Dropout Drop { get; } = new(dropout);", out var dropout, out refused))
        {
            return refused!;
        }

        ImmutableArray<FlowNode> values = [.. FlowOpTable.AttentionRequired.Take(3).Select(Tensor)];
        var masks = FlowOpTable.AttentionMasks.Where(bound.ContainsKey)
            .Select(name => new AttentionMaskUse(name, Tensor(name), bound[name].GetLocation())).ToImmutableArray();
        ImmutableArray<FlowNode> inputs = [.. values, .. masks.Select(static mask => mask.Value)];
        if (bound.TryGetValue(FlowOpTable.Window, out var window) && expressions.HasTensor(window))
        {
            return expressions.Refuse(
                window, "the argument 'window' of Attention does not depend on a tensor", "use a parameter of the class",
                [.. inputs]);
        }

        if (inputs.Any(static input => input is UnknownNode))
        {
            return new UnknownNode([.. inputs]) { Layers = [.. new[] { slopes, dropout }.OfType<Layer>()] };
        }

        if (!IsCondition(bound["causal"]))
        {
            // C# reports what the argument is instead.
            context.Findings.MarkIncomplete();
            return new UnknownNode([.. inputs]) { Layers = [.. new[] { slopes, dropout }.OfType<Layer>()] };
        }

        return new AttentionNode(values[0], values[1], values[2], masks, expressions.Code(bound["causal"]), call)
        {
            HeadSize = values[2].HeadSize,
            Position = slopes,
            Dropout = dropout,
            Window = window is null ? null : expressions.Code(window),
        };

        FlowNode Tensor(string name) => expressions.Tensor(bound[name]);
    }

    private bool IsCondition(ExpressionSyntax expression) => expression is LiteralExpressionSyntax
        || context.ModelOf(expression).GetTypeInfo(expression, context.Cancellation).Type?.SpecialType
            == SpecialType.System_Boolean;

    /// <summary>The arguments by their parameters; null if one is missing, unknown or stated twice.</summary>
    private static Dictionary<string, ExpressionSyntax>? Bind(InvocationExpressionSyntax call)
    {
        var bound = new Dictionary<string, ExpressionSyntax>(StringComparer.Ordinal);
        var arguments = call.ArgumentList.Arguments;
        for (var i = 0; i < arguments.Count; i++)
        {
            var name = arguments[i].NameColon?.Name.Identifier.ValueText ?? FlowOpTable.AttentionParameters.ElementAtOrDefault(i);
            if (name is null || bound.ContainsKey(name) || !FlowOpTable.AttentionParameters.Contains(name))
            {
                return null;
            }

            bound.Add(name, arguments[i].Expression);
        }

        return FlowOpTable.AttentionRequired.All(bound.ContainsKey) ? bound : null;
    }

    /// <summary>Finds the layer that an argument names. Without the argument there is none.</summary>
    private bool IsLayer(
        Dictionary<string, ExpressionSyntax> bound, string parameter, Func<Layer, bool> isRight, string kind, string remedy,
        out Layer? layer, out FlowNode? refused)
    {
        (layer, refused) = (null, null);
        if (!bound.TryGetValue(parameter, out var stated))
        {
            return true;
        }

        layer = expressions.LayerOf(UserSyntax.Unwrap(stated));
        if (layer is { IsBroken: true } || (layer is not null && isRight(layer)))
        {
            return true;
        }

        refused = expressions.Refuse(stated, $"the argument '{parameter}' of Attention must be {kind}", remedy);
        return false;
    }
}
