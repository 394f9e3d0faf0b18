using System.Collections.Immutable;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>Infers the output shapes of operations on axes.</summary>
internal sealed class AxisShapes(DeclarationContext context, FlowShapes shapes)
{
    private readonly Unifier sizes = shapes.Sizes;

    /// <summary>The shape after <c>.Mean</c>, <c>.Sum</c> or <c>.Transpose</c>.</summary>
    public Shape? Of(AxesNode node, Shape? input)
    {
        if (input is null)
        {
            return null;
        }

        var shape = sizes.Resolve(input);
        var ends = ImmutableArray.CreateBuilder<int>();
        foreach (var axis in node.Axes)
        {
            if (FromEnd(node, shape, axis) is not { } end)
            {
                return null;
            }

            ends.Add(end);
        }

        if (shapes.AtLeast(shape, Math.Max(2, ends.Max()), node.Word, "use an axis that the tensor has", node.Use)
            is not { } known)
        {
            return null;
        }

        known = sizes.Resolve(known);
        var axes = known.Axes;
        return node.Word == FlowOpTable.Transpose
            ? new(known.Lead, axes.SetItem(axes.Length - ends[0], known.FromEnd(ends[1]))
                .SetItem(axes.Length - ends[1], known.FromEnd(ends[0])))
            : new(known.Lead, axes.RemoveAt(axes.Length - ends[0]));
    }

    /// <summary>The shape after <c>.Reshape</c>: the first axis stays, and the product of the others stays the same.</summary>
    public Shape? Reshape(ReshapeNode node, Shape? input)
    {
        shapes.Divisions.AddRange(node.Divisions);
        if (input is null)
        {
            return null;
        }

        var shape = sizes.Resolve(input);
        if (shape.Lead is not null || shape.Rank < 2)
        {
            context.Findings.Add(
                Descriptors.Rank, node.Use, node.Word, "needs a known number of axes, at least 2,", shape,
                "state the axes of the input: [Shape(\"B\", …)]");
            return null;
        }

        var given = Product(shape.Axes.Skip(1));
        var stated = Product(node.Sizes.OfType<Polynomial>());
        if (node.Sizes.Any(static size => size is null))
        {
            shapes.Divisions.Add(new(given, stated, SizeText: null, DivisorText: null, node.Text, Id: "SUP107", node.Use));
            return Reshaped(given / stated);
        }

        if (sizes.Unify(given, stated))
        {
            return Reshaped(Polynomial.One);
        }

        context.Findings.Add(
            Descriptors.WrongSize, node.Use, node.Word, $"makes {context.Text(stated)} numbers of each first axis",
            shape.ToString(), "product of the other axes", context.Text(given), context.Text(stated),
            "write sizes with the same product, or -1 for one");
        return null;

        Shape Reshaped(Polynomial left) =>
            new(null, [shape.FromEnd(shape.Rank), .. node.Sizes.Select(size => sizes.Resolve(size ?? left))]);
    }

    /// <summary>The distance of an axis from the end; null, with a message, where it is not known.</summary>
    private int? FromEnd(AxesNode node, Shape shape, long axis)
    {
        if (axis < 0)
        {
            return (int)-axis;
        }

        if (shape.Lead is null && axis < shape.Rank)
        {
            return shape.Rank - (int)axis;
        }

        context.Findings.Add(
            Descriptors.Rank, node.Use, node.Word,
            shape.Lead is null ? $"has no axis {Rational.Text(axis)}"
                : $"counts axis {Rational.Text(axis)} from the start, which needs a known number of axes,",
            shape, shape.Lead is null ? "use an axis that the tensor has"
                : $"count from the end, as in {FlowOpTable.Usage(node.Word)}, or state the axes: [Shape(\"B\", …)]");
        return null;
    }

    private static Polynomial Product(IEnumerable<Polynomial> factors) =>
        factors.Aggregate(Polynomial.One, static (product, factor) => product * factor);
}
