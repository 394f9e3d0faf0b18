using System.Collections.Immutable;
using System.Numerics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Expressions;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Layers;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>
/// Reports a number as the size between two layers of a class that scales (SUP328): the first becomes a readout and the second
/// an input layer. A parameter or a named constant says that the size is meant to stay.
/// </summary>
internal static class LiteralWidths
{
    public static void Check(DeclarationContext context, IReadOnlyList<CallNode> calls)
    {
        if (context.Parameters.FirstOrDefault(static p => p.Kind == ParameterKind.Width) is not { } width)
        {
            return;
        }

        var reported = new HashSet<Layer>();
        foreach (var call in calls.Where(static call => call.Member is null && IsMatrix(call.Layer)))
        {
            if (call.Layer.Size("inputs") is not { Value: { } size })
            {
                continue;
            }

            foreach (var source in Sources(call.Inputs[0], []).Select(static found => found.Layer))
            {
                if (Output(source) is { Size.Value: { } given, Syntax: { } literal } && given.Equals(size)
                    && UserSyntax.Unwrap(literal) is LiteralExpressionSyntax && IsFed(context, source) && reported.Add(source))
                {
                    Report(context, width, source, call.Layer, literal, size);
                }
            }
        }
    }

    private static void Report(
        DeclarationContext context, Parameter width, Layer source, Layer next, ExpressionSyntax literal, Rational size)
    {
        var code = Multiple(width, size);
        var from = source.Size("inputs") ?? source.Size("count")!;
        context.Findings.Add(Diagnostic.Create(
            Descriptors.LiteralWidth, literal.GetLocation(),
            [next.Arguments.Sizes["inputs"].Syntax?.GetLocation() ?? next.Location],
            code is null ? null : ImmutableDictionary<string, string?>.Empty.Add(Descriptors.Remedy, code),
            source.Name, context.Text(from), size.ToString(), next.Name, code ?? $"a multiple of {width.Code}"));
    }

    /// <summary>The size as a multiple or a part of the base, which the literal probably stands for.</summary>
    private static string? Multiple(Parameter width, Rational size)
    {
        if (width.Base is not { } @base || !size.IsInteger)
        {
            return null;
        }

        BigInteger number = size.Numerator;
        return number == @base ? width.Code
            : (number % @base).IsZero ? $"{Rational.Text(number / @base)} * {width.Code}"
            : (@base % number).IsZero ? $"{width.Code} / {Rational.Text(@base / number)}"
            : null;
    }

    private static bool IsMatrix(Layer layer) => layer is { IsBroken: false, BuiltIn.IsMatrix: true };

    private static bool IsFed(DeclarationContext context, Layer source) =>
        source.BuiltIn!.Shape is ShapeRule.Lookup || context.Scales(source.Size("inputs")!);

    private static SizeArgument? Output(Layer layer) =>
        layer.Arguments.Sizes.TryGetValue(layer.BuiltIn!.Shape is ShapeRule.Lookup ? "width" : "outputs", out var output)
            ? output : null;

    /// <summary>The layers with weights that a value comes from, through operations that keep its features.</summary>
    private static IEnumerable<CallNode> Sources(FlowNode node, HashSet<FlowNode> seen)
    {
        var value = node.Value;
        if (!seen.Add(value))
        {
            return [];
        }

        return value switch
        {
            CallNode { Member: null } call when IsMatrix(call.Layer)
                || call.Layer is { IsBroken: false, BuiltIn.Shape: ShapeRule.Lookup } => [call],
            CallNode { Member: null, Layer.BuiltIn: not null } or ActivationNode or NegationNode or BinaryNode
                or FlowOpNode { Word: FlowOpTable.Pool or FlowOpTable.Tokens } =>
                value.Inputs.SelectMany(input => Sources(input, seen)),
            _ => [],
        };
    }
}
