using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>Infers the output shape of attention from queries, keys and values, each … heads T headSize.</summary>
internal sealed class AttentionShapes(DeclarationContext context, FlowShapes shapes)
{
    // The axes of each mask, from the last, as axes of the logits B heads T S: 1 is S.
    private static readonly Dictionary<string, (string Form, int[][] Axes)> Masks = new(StringComparer.Ordinal)
    {
        [FlowOpTable.Mask] = ("T S, B T S or B heads T S", [[1, 2], [1, 2, 4], [1, 2, 3, 4]]),
        [FlowOpTable.KeyMask] = ("B S", [[1, 4]]),
        [FlowOpTable.Documents] = ("B T", [[1, 4]]),
    };

    // The axes of the logits, from the last.
    private static readonly string[] Logits = ["S", "T", "heads", "B"];

    private readonly Unifier sizes = shapes.Sizes;

    /// <summary>Reports a mask that has another number of axes than it can have, or other sizes than the logits.</summary>
    public void CheckMask(AttentionMaskUse mask, Shape? given, Shape? query, Shape? key)
    {
        if (given is null || query is null || key is null)
        {
            return;
        }

        var (q, k, shape) = (sizes.Resolve(query), sizes.Resolve(key), sizes.Resolve(given));
        var (form, all) = Masks[mask.Parameter];
        if (shape.Lead is not null)
        {
            return;
        }

        var wanted = all.FirstOrDefault(axes => axes.Length == shape.Rank);
        if (wanted is null)
        {
            Report($"it has {Rational.Text(shape.Rank)} {(shape.Rank == 1 ? "axis" : "axes")}");
            return;
        }

        for (var i = 0; i < wanted.Length; i++)
        {
            var (own, axis) = (shape.FromEnd(i + 1), wanted[i]);
            var from = axis == 1 ? k : q;
            var distance = axis == 1 ? 2 : axis;
            var repeats = mask.Parameter == FlowOpTable.Mask && own.Equals(Polynomial.One);
            if (!repeats && from.Rank >= distance && !sizes.Unify(own, from.FromEnd(distance)))
            {
                Report($"{context.Text(own)} ≠ {context.Text(from.FromEnd(distance))}");
                return;
            }
        }

        void Report(string why)
        {
            var logits = sizes.Resolve(q.With(1, k.FromEnd(2)));
            context.Findings.Add(
                Descriptors.MaskShape, mask.Use, mask.Parameter, form, InWords(sizes.Resolve(shape), wanted ?? []), why,
                InWords(logits, [1, 2, 3, 4]));
        }

        // Axes without a name get the letter of their place.
        static string InWords(Shape shape, int[] places) => string.Join(" ", shape.Axes.Select((axis, i) =>
            Unifier.IsFree(axis.ToString()) && shape.Rank - i <= places.Length
                ? Logits[places[shape.Rank - i - 1] - 1] : axis.ToString()));
    }

    public Shape? Of(Shape? query, Shape? key, Shape? value, string where, Location use)
    {
        var heads = new List<Shape>();
        foreach (var shape in new[] { query, key, value })
        {
            if (shapes.AtLeast(shape, 3, FlowOpTable.Attention, "split queries, keys and values with .Heads", use)
                is not { } known)
            {
                return null;
            }

            heads.Add(sizes.Resolve(known));
        }

        var (q, k, v) = (heads[0], heads[1], heads[2]);
        if (!sizes.Unify(q.FromEnd(1), k.FromEnd(1)))
        {
            context.Findings.Add(Descriptors.HeadSizes, use, context.Text(q.FromEnd(1)), context.Text(k.FromEnd(1)));
            return null;
        }

        if (!AreGrouped(sizes.Resolve(q.FromEnd(3)), sizes.Resolve(k.FromEnd(3)), where, use))
        {
            return null;
        }

        if (!sizes.Unify(k.FromEnd(3), v.FromEnd(3)))
        {
            var (count, wanted) = (sizes.Resolve(v.FromEnd(3)), sizes.Resolve(q.FromEnd(3)));
            context.Findings.Add(Descriptors.HeadCounts, use, context.Text(wanted), context.Text(count), "value",
                "give keys and values the same number of heads");
            return null;
        }

        return sizes.Unify(k.FromEnd(2), v.FromEnd(2)) ? q.With(1, sizes.Resolve(v.FromEnd(1))) : null;
    }

    /// <summary>
    /// Whether each key head can serve as many query heads: proved where the quotient is whole, else checked at the base and
    /// guarded.
    /// </summary>
    private bool AreGrouped(Polynomial queries, Polynomial keys, string where, Location use)
    {
        var quotient = queries / keys;
        if (sizes.IsUnknown(queries) || sizes.IsUnknown(keys) || quotient.IsIntegral)
        {
            return true;
        }

        if (quotient.Value is not null)
        {
            context.Findings.Add(
                Descriptors.HeadCounts, use, context.Text(queries), context.Text(keys), "key",
                "use a number of key heads that divides the number of query heads");
            return false;
        }

        if (keys.Value is null || !keys.Equals(Polynomial.One))
        {
            shapes.Divisions.Add(new(queries, keys, SizeText: null, DivisorText: null, where, Id: "SUP105", use));
        }

        return true;
    }
}
