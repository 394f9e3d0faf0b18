using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Layers;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>
/// Infers the output shape of a layer or an operation and reports shapes that do not fit. An unknown shape gives no errors.
/// </summary>
internal sealed class FlowShapes
{
    private readonly DeclarationContext context;
    private readonly Dictionary<Shape, ImmutableArray<Location?>> stated;

    /// <param name="context">The class.</param>
    /// <param name="inputs">The inputs of its flow.</param>
    /// <param name="divisions">The divisions of the class so far; those of the flow are added.</param>
    /// <param name="sizes">What unknown axes are found to be.</param>
    public FlowShapes(DeclarationContext context, ImmutableArray<InputShape> inputs, List<Division> divisions, Unifier sizes)
    {
        this.context = context;
        stated = inputs.Where(static input => !input.Places.IsEmpty)
            .ToDictionary(static input => input.Shape, static input => input.Places);
        (Divisions, Sizes) = (divisions, sizes);
        Images = new(context, this);
        Attention = new(context, this);
        Axes = new(context, this);
    }

    public Unifier Sizes { get; }

    /// <summary>The divisions of the class and those that were found in the flow.</summary>
    public List<Division> Divisions { get; }

    public ImageShapes Images { get; }

    public AttentionShapes Attention { get; }

    public AxisShapes Axes { get; }

    public Shape? Layer(Layer layer, Shape? input, Location use)
    {
        if (input is null || layer.IsBroken)
        {
            return null;
        }

        switch (layer.BuiltIn?.Shape)
        {
            case ShapeRule.LastAxis map:
                var (from, to) = (layer.Size(map.In)!, layer.Size(map.Out)!);
                return MapLast(input, from, to, layer, layer.Name, map.In == map.Out, use, map.Axes);
            case ShapeRule.Image image:
                return Images.Layer(layer, image, input, use);
            case null when layer.External is { } external:
                return MapLast(input, external.In.Size, external.Out.Size, layer, layer.Name, keeps: false, use);
            case ShapeRule.Lookup lookup:
                return input.With(0, layer.Size(lookup.Width)!);
            case ShapeRule.Same:
                return input;
            case ShapeRule.Contract contract:
                return OfContract(layer, contract, input, use);
            default:
                return Block(layer, [input], use)[0];
        }
    }

    /// <summary>The output shape of a layer type with a contract.</summary>
    private Shape? OfContract(Layer layer, ShapeRule.Contract contract, Shape input, Location use)
    {
        var shapes = new ContractShapes(Sizes, layer.Size);
        var before = Sizes.Resolve(input).ToString();
        if (shapes.Takes(contract.Input, input))
        {
            return shapes.Gives(contract.Output);
        }

        context.Findings.Add(
            Descriptors.OpShape, use, layer.Location,
            [layer.Name, contract.Input.Text, before,
                $"the contract of {layer.BuiltIn!.Name} is {contract.Input.Text} -> {contract.Output.Text}"]);
        return null;
    }

    /// <summary>The output shape of a readout that is tied to an embedding.</summary>
    public Shape? TiedReadout(Layer layer, string member, Shape? input, Location use)
    {
        if (input is null || layer.IsBroken)
        {
            return null;
        }

        var (from, to) = (layer.Size("width")!, layer.Size("count")!);
        return MapLast(input, from, to, layer, $"{layer.Name}.{member}", keeps: false, use);
    }

    public Shape? Heads(Shape? input, Polynomial size, string where, Location use)
    {
        if (AtLeast(input, 2, FlowOpTable.Heads, "call it on a tensor with positions and features", use) is not { } shape)
        {
            return null;
        }

        var width = Sizes.Resolve(shape.FromEnd(1));
        Divisions.Add(new(width, size, SizeText: null, DivisorText: null, where, Id: "SUP106", use));
        return shape.With(2, width / size, shape.FromEnd(2), size);
    }

    public Shape? Merge(Shape? input, Location use)
    {
        if (AtLeast(input, 3, FlowOpTable.Merge, "call it on a tensor that .Heads has split", use) is not { } shape)
        {
            return null;
        }

        return shape.With(3, shape.FromEnd(2), Sizes.Resolve(shape.FromEnd(3)) * Sizes.Resolve(shape.FromEnd(1)));
    }

    public Shape? Part(Shape? input, int count, string where, Location use)
    {
        if (AtLeast(input, 1, FlowOpTable.Split, "call it on a tensor with features", use) is not { } shape)
        {
            return null;
        }

        var divisor = Polynomial.Constant(count);
        var width = Sizes.Resolve(shape.FromEnd(shape.Features));
        Divisions.Add(new(width, divisor, SizeText: null, DivisorText: null, where, Id: "SUP107", use));
        return shape.WithFeatures(width / divisor);
    }

    /// <summary>The shapes of parts of given sizes, which must add up to the axis.</summary>
    public ImmutableArray<Shape?> PartsOf(Shape? input, IReadOnlyList<Polynomial> sizes, Location use)
    {
        if (AtLeast(input, 1, FlowOpTable.Split, "call it on a tensor with features", use) is not { } shape)
        {
            return [.. sizes.Select(static _ => (Shape?)null)];
        }

        var (given, sum) = (Sizes.Resolve(shape.FromEnd(shape.Features)), sizes.Aggregate(static (a, b) => a + b));
        if (Sizes.Unify(given, sum))
        {
            return [.. sizes.Select(size => (Shape?)shape.WithFeatures(size))];
        }

        context.Findings.Add(
            Descriptors.WrongSize, use, FlowOpTable.Split, $"splits into {context.Text(sum)} in total", Sizes.Resolve(shape),
            AxisName(shape), context.Text(given), context.Text(sum), $"make its parts add up to {given}");
        return [.. sizes.Select(static _ => (Shape?)null)];
    }

    /// <summary>The shape of tensors that are joined along an axis. All other axes must be equal.</summary>
    public Shape? Join(ImmutableArray<Shape?> parts, int distance, string text, Location use)
    {
        Shape? joined = null;
        foreach (var part in parts)
        {
            if (AtLeast(part, distance, FlowOpTable.Cat, "join tensors that all have this axis", use) is not { } shape)
            {
                return null;
            }

            if (joined is null)
            {
                joined = shape;
                continue;
            }

            var (a, b) = (Sizes.Resolve(joined), Sizes.Resolve(shape));
            for (var i = 1; i <= Math.Min(a.Rank, b.Rank); i++)
            {
                if (i != distance && !Sizes.Unify(a.FromEnd(i), b.FromEnd(i)))
                {
                    context.Findings.Add(
                        Descriptors.Combine, use, a, b, text, context.Text(a.FromEnd(i)), context.Text(b.FromEnd(i)),
                        AxisName(a, i), SizeRemedies.Equal(context, a.FromEnd(i), b.FromEnd(i)));
                    return null;
                }
            }

            joined = new(
                a.Lead, a.Axes.SetItem(a.Rank - distance, a.FromEnd(distance) + b.FromEnd(distance)), a.IsImage || b.IsImage);
        }

        return joined;
    }

    public Shape? Positions(Shape? ids, Location use) =>
        AtLeast(ids, 1, FlowOpTable.Positions, "pass ids of shape B T", use) is { } shape ? new(null, [shape.FromEnd(1)]) : null;

    /// <summary>
    /// The shape of an operator on two tensors. Axes are compared from the last one, and missing leading axes are broadcast.
    /// </summary>
    public Shape? Combine(BinaryNode sum, Shape? left, Shape? right) =>
        Combine(sum.Operator.ToString(), sum.Use, left, right, sum.Operator == '+' ? sum : null);

    /// <summary>The shape of an operation on two tensors, element by element.</summary>
    public Shape? Combine(string text, Location use, Shape? left, Shape? right, BinaryNode? sum = null)
    {
        if (left is null || right is null)
        {
            return null;
        }

        var (a, b) = (Sizes.Resolve(left), Sizes.Resolve(right));
        for (var distance = 1; distance <= Math.Min(a.Rank, b.Rank); distance++)
        {
            if (Sizes.Unify(a.FromEnd(distance), b.FromEnd(distance)))
            {
                continue;
            }

            var (x, y) = (context.Text(a.FromEnd(distance)), context.Text(b.FromEnd(distance)));
            if (sum is not null && distance == 1 && FlowGraph.BranchOf(sum.Left, sum.Right) is { } branch)
            {
                context.Findings.Add(Descriptors.ResidualSize, use, branch == sum.Right ? [y, x] : [x, y]);
            }
            else
            {
                context.Findings.Add(
                    Descriptors.Combine, use, a, b, text, x, y, AxisName(a, distance),
                    SizeRemedies.Equal(context, a.FromEnd(distance), b.FromEnd(distance)));
            }

            return null;
        }

        // Adding two shapes of unknown rank gives a fresh unknown rank.
        var longer = a.Rank >= b.Rank ? a : b;
        var lead = a.Lead == b.Lead && a.Rank == b.Rank ? a.Lead
            : b.Lead is null && a.Rank >= b.Rank ? a.Lead
            : a.Lead is null && b.Rank >= a.Rank ? b.Lead
            : Sizes.FreshLead();
        return new(lead, longer.Axes, a.IsImage || b.IsImage);
    }

    private Shape? MapLast(
        Shape input, Polynomial from, Polynomial to, Layer layer, string name, bool keeps, Location use, int axes = 1)
    {
        if (AtLeast(input, axes, name, "it acts on the last axis", use) is not { } shape)
        {
            return null;
        }

        if (shape.IsImage)
        {
            var isNorm = layer.BuiltIn?.Name is "LayerNorm" or "RmsNorm";
            context.Findings.Add(
                isNorm ? Descriptors.NormAxis : Descriptors.Rank, use, layer.Location,
                isNorm ? [name, "the last axis", Sizes.Resolve(shape).ToString(), "use a BatchNorm2d, or .Tokens() before it"]
                    : [name, "acts on the last axis", Sizes.Resolve(shape).ToString(),
                        "that axis is the width of an image: put .Pool() or .Tokens() before it"]);
            return null;
        }

        var given = Sizes.Resolve(shape.FromEnd(1));
        if (!Sizes.Unify(given, from))
        {
            if (ContradictsInput(input, 1, given, from, name))
            {
                return null;
            }

            var does = keeps ? $"takes {context.Text(from)}" : $"maps {context.Text(from)} → {context.Text(to)}";
            context.Findings.Add(
                Descriptors.WrongSize, use, layer.Location,
                [name, does, Sizes.Resolve(shape).ToString(), "last axis", context.Text(given), context.Text(from),
                    SizeRemedies.OfLayer(context, layer.Name, InputOf(layer), given, from)]);
            return null;
        }

        return shape.With(1, to);
    }

    /// <summary>Reports a number in <c>[Shape]</c> if the layer that the input goes into takes a size (SUP115).</summary>
    public bool ContradictsInput(Shape input, int distance, Polynomial given, Polynomial wanted, string name)
    {
        if (given.Value is null || wanted.Value is not null
            || !stated.TryGetValue(input, out var axes) || axes.Length < distance
            || axes[axes.Length - distance] is not { } place)
        {
            return false;
        }

        var size = context.Find(wanted.ToString()) is { } parameter ? $"nameof({parameter.Code})" : null;
        context.Findings.Add(Diagnostic.Create(
            Descriptors.InputContradicts, place, ImmutableDictionary<string, string?>.Empty.Add(Descriptors.Remedy, size),
            context.Text(given), name, context.Text(wanted), size is null ? $"state {wanted}" : $"write {size}"));
        return true;
    }

    /// <summary>The output shapes of a block.</summary>
    public ImmutableArray<Shape?> Block(Layer layer, ImmutableArray<Shape?> inputs, Location use) =>
        new BlockShapes(context, this).Of(layer, inputs, use);

    /// <summary>The parameter of a layer that states the last axis that it takes; null if none does.</summary>
    private static string? InputOf(Layer layer) => layer.BuiltIn?.Shape switch
    {
        ShapeRule.LastAxis map => map.In,
        ShapeRule.Lookup lookup => lookup.Width,
        _ => null,
    };

    /// <summary>An axis in words: from the start if the rank is known, and otherwise from the end.</summary>
    public static string AxisName(Shape shape, int? distance = null) =>
        (shape.IsImage, distance ?? shape.Features, shape.Rank - (distance ?? shape.Features)) switch
        {
            (true, 3, _) => "channels",
            (true, 2, _) => "height",
            (true, 1, _) => "width",
            (_, 1, _) => "last axis",
            (_, var end, _) when shape.Lead is not null => end == 2 ? "second-last axis" : $"axis {Rational.Text(-end)}",
            (_, _, 0) => "first axis",
            (_, _, 1) => "second axis",
            (_, _, 2) => "third axis",
            var (_, _, start) => $"axis {Rational.Text(start)}",
        };

    public Shape? AtLeast(Shape? shape, int rank, string name, string remedy, Location use)
    {
        if (shape is null)
        {
            return null;
        }

        if (Sizes.WithRank(shape, rank) is { } enough)
        {
            return enough;
        }

        var needs = $"needs at least {Rational.Text(rank)} {(rank == 1 ? "axis" : "axes")}";
        context.Findings.Add(Descriptors.Rank, use, name, needs, Sizes.Resolve(shape), remedy);
        return null;
    }
}
