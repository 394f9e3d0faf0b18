using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>What each layer and word does to a shape, and the errors that only shapes show. An unknown shape is silent.</summary>
internal sealed class FlowShapes(DeclarationContext context)
{
    public Unifier Sizes { get; } = new();

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
                var does =
                    from.Equals(to) && map.In == map.Out ? $"takes {context.Text(from)}" : $"maps {context.Text(from)} → {context.Text(to)}";
                return MapLast(input, from, to, layer.Name, does, use, layer.Location);
            case ShapeRule.Lookup lookup:
                return input.With(0, layer.Size(lookup.Width)!);
            case ShapeRule.Same:
                return input;
            default:
                return layer.Block is { } block ? Block(layer, block, input, use) : null;
        }
    }

    /// <summary>The readout over an embedding's own table.</summary>
    public Shape? TiedReadout(Layer layer, string member, Shape? input, Location use)
    {
        if (input is null || layer.IsBroken)
        {
            return null;
        }

        var (from, to) = (layer.Size("width")!, layer.Size("count")!);
        return MapLast(input, from, to, $"{layer.Name}.{member}", $"maps {context.Text(from)} → {context.Text(to)}", use, layer.Location);
    }

    public Shape? Heads(Shape? input, Polynomial size, string where, Location use)
    {
        if (AtLeast(input, 2, WordTable.Heads, "cut a tensor with positions and features", use) is not { } shape)
        {
            return null;
        }

        var width = Sizes.Resolve(shape.FromEnd(1));
        context.Divisions.Add(new(width, size, SizeText: null, DivisorText: null, where, IsHeads: true, use));
        return shape.With(2, width / size, shape.FromEnd(2), size);
    }

    public Shape? Merge(Shape? input, Location use)
    {
        if (AtLeast(input, 3, WordTable.Merge, "merge what .Heads has cut", use) is not { } shape)
        {
            return null;
        }

        return shape.With(3, shape.FromEnd(2), Sizes.Resolve(shape.FromEnd(3)) * Sizes.Resolve(shape.FromEnd(1)));
    }

    public Shape? Part(Shape? input, int count, string where, Location use)
    {
        if (AtLeast(input, 1, WordTable.Split, "split a tensor with features", use) is not { } shape)
        {
            return null;
        }

        var divisor = Polynomial.Constant(count);
        var width = Sizes.Resolve(shape.FromEnd(1));
        context.Divisions.Add(new(width, divisor, SizeText: null, DivisorText: null, where, IsHeads: false, use));
        return shape.With(1, width / divisor);
    }

    public Shape? Positions(Shape? ids, Location use) =>
        AtLeast(ids, 1, WordTable.Positions, "give it ids of shape B T", use) is { } shape ? new(null, [shape.FromEnd(1)]) : null;

    public Shape? Attention(Shape? query, Shape? key, Shape? value, Location use)
    {
        var shapes = new List<Shape>();
        foreach (var shape in new[] { query, key, value })
        {
            if (AtLeast(shape, 3, WordTable.Attention, "cut queries, keys and values with .Heads", use) is not { } known)
            {
                return null;
            }

            shapes.Add(Sizes.Resolve(known));
        }

        var (q, k, v) = (shapes[0], shapes[1], shapes[2]);
        if (!Sizes.Unify(q.FromEnd(1), k.FromEnd(1)))
        {
            context.Findings.Add(Descriptors.HeadSizes, use, context.Text(q.FromEnd(1)), context.Text(k.FromEnd(1)));
            return null;
        }

        foreach (var (other, what) in new[] { (k, "key"), (v, "value") })
        {
            if (!Sizes.Unify(q.FromEnd(3), other.FromEnd(3)))
            {
                var (count, wanted) = (Sizes.Resolve(other.FromEnd(3)), Sizes.Resolve(q.FromEnd(3)));
                context.Findings.Add(Descriptors.HeadCounts, use, context.Text(wanted), context.Text(count), what);
                return null;
            }
        }

        return Sizes.Unify(k.FromEnd(2), v.FromEnd(2)) ? q.With(1, Sizes.Resolve(v.FromEnd(1))) : null;
    }

    /// <summary>An operator on two tensors: axes are compared from the last one, missing leading axes broadcast.</summary>
    public Shape? Combine(FlowNode left, FlowNode right, string text, bool isAdd, Location use)
    {
        if (left.Shape is null || right.Shape is null)
        {
            return null;
        }

        var (a, b) = (Sizes.Resolve(left.Shape), Sizes.Resolve(right.Shape));
        for (var distance = 1; distance <= Math.Min(a.Rank, b.Rank); distance++)
        {
            if (Sizes.Unify(a.FromEnd(distance), b.FromEnd(distance)))
            {
                continue;
            }

            var (x, y) = (context.Text(a.FromEnd(distance)), context.Text(b.FromEnd(distance)));
            if (isAdd && distance == 1 && FlowGraph.BranchOf(left, right) is { } branch)
            {
                context.Findings.Add(Descriptors.ResidualSize, use, branch == right ? [y, x] : [x, y]);
            }
            else
            {
                context.Findings.Add(Descriptors.Combine, use, a, b, text, x, y);
            }

            return null;
        }

        // The sum of two unknown ranks is another one.
        var longer = a.Rank >= b.Rank ? a : b;
        var lead = a.Lead == b.Lead && a.Rank == b.Rank ? a.Lead
            : b.Lead is null && a.Rank >= b.Rank ? a.Lead
            : a.Lead is null && b.Rank >= a.Rank ? b.Lead
            : Sizes.FreshLead();
        return new(lead, longer.Axes);
    }

    private Shape? MapLast(Shape input, Polynomial from, Polynomial to, string name, string does, Location use, Location declaration)
    {
        if (AtLeast(input, 1, name, "it works on the last axis", use) is not { } shape)
        {
            return null;
        }

        var given = Sizes.Resolve(shape.FromEnd(1));
        if (!Sizes.Unify(given, from))
        {
            context.Findings.Add(
                Descriptors.WrongSize, use, declaration,
                [name, does, Sizes.Resolve(shape).ToString(), context.Text(given), context.Text(from)]);
            return null;
        }

        return shape.With(1, to);
    }

    private Shape? Block(Layer layer, BlockSummary block, Shape input, Location use)
    {
        if (block.Input is null || block.Output is null)
        {
            return null;
        }

        var rename = Sizes.Renaming();
        var takes = block.Input.Map(size => rename(size.Substitute(layer.Size)));
        var gives = block.Output.Map(size => rename(size.Substitute(layer.Size)));
        if (AtLeast(input, takes.Rank, layer.Name, $"'{block.Name}' takes {takes.InWords()}", use) is not { } shape)
        {
            return null;
        }

        for (var distance = 1; distance <= takes.Rank; distance++)
        {
            var (given, wanted) = (Sizes.Resolve(shape.FromEnd(distance)), Sizes.Resolve(takes.FromEnd(distance)));
            if (!Sizes.Unify(given, wanted))
            {
                context.Findings.Add(
                    Descriptors.WrongSize, use, layer.Location,
                    [layer.Name, Maps(takes, gives), Sizes.Resolve(shape).ToString(), context.Text(given), context.Text(wanted)]);
                return null;
            }
        }

        // The axes before those that a block names stay as they are.
        return gives.Lead is null ? Sizes.Resolve(gives)
            : gives.Lead != takes.Lead ? Sizes.Resolve(new Shape(Sizes.FreshLead(), gives.Axes))
            : Sizes.Resolve(new Shape(shape.Lead, [.. shape.Axes.Take(shape.Rank - takes.Rank), .. gives.Axes]));
    }

    private static string Maps(Shape takes, Shape gives)
    {
        var names = new List<string>();
        return $"maps {takes.InWords(names)} → {gives.InWords(names)}";
    }

    private Shape? AtLeast(Shape? shape, int rank, string name, string remedy, Location use)
    {
        if (shape is null)
        {
            return null;
        }

        if (Sizes.WithRank(shape, rank) is { } enough)
        {
            return enough;
        }

        context.Findings.Add(Descriptors.Rank, use, name, rank, Sizes.Resolve(shape), remedy);
        return null;
    }
}
