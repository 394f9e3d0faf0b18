using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Flow;
using SuParDsl.Generators.Parsing.Layers;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Checks;

/// <summary>Checks the divisions of a class and of its blocks at the base, and decides which need a check at run time.</summary>
internal static class Divisibility
{
    /// <summary>Reports remainders, and lists the divisions of the class, then those of the blocks that it uses.</summary>
    /// <param name="context">The class.</param>
    /// <param name="layers">Its layers.</param>
    /// <param name="shapes">The shapes of its flow; null without one.</param>
    public static ImmutableArray<Division> Check(
        DeclarationContext context, ImmutableArray<Layer> layers, InferredShapes? shapes)
    {
        var all = ImmutableArray.CreateBuilder<Division>();
        var places = new HashSet<Location>();
        foreach (var division in layers.SelectMany(static layer => layer.Arguments.Divisions).Concat(shapes?.Divisions ?? []))
        {
            var own = shapes is null ? division : division with { Size = shapes.Sizes.Resolve(division.Size) };
            Check(context, own, own.Location, own.Where, second: null);
            all.Add(own);
            places.Add(own.Location);
        }

        foreach (var layer in layers.Where(static layer => !layer.IsBroken && layer.Block is not null))
        {
            foreach (var inner in layer.Block!.Divisions)
            {
                // A derived size of a shared record is checked once, even if several blocks use it.
                if (context.Record is not null && !places.Add(inner.Location))
                {
                    continue;
                }

                var placed = inner with
                {
                    Size = inner.Size.Substitute(layer.Size),
                    Divisor = inner.Divisor.Substitute(layer.Size),
                    IsInherited = true,
                };
                Check(context, placed, layer.Syntax.Initializer!.Value.GetLocation(), inner.Where, inner.Location);
                all.Add(placed);
            }
        }

        return all.ToImmutable();
    }

    /// <summary>The check at run time of a division that is not proved to leave no remainder; null if it is proved.</summary>
    public static GuardModel? Guard(DeclarationContext context, Division division)
    {
        if ((division.Size / division.Divisor).IsIntegral)
        {
            return null;
        }

        var size = division.SizeText ?? PolynomialText.CSharp(division.Size, Parameter);
        var divisor = division.DivisorText ?? PolynomialText.CSharp(division.Divisor, Parameter);
        return size is null || divisor is null ? null : new GuardModel.Divides(size, divisor, division.Where, division.Id);

        string? Parameter(string name) => context.Find(name) is { IsExtent: true } parameter ? parameter.Code : null;
    }

    private static void Check(DeclarationContext context, Division division, Location location, string where, Location? second)
    {
        if (context.AtBase(division.Size) is not { IsInteger: true } size
            || context.AtBase(division.Divisor) is not { IsInteger: true } divisor)
        {
            return;
        }

        var (a, b) = (size.Numerator, divisor.Numerator);
        if (b.Sign <= 0 || a.Sign <= 0 || (a % b).IsZero)
        {
            return;
        }

        if (division.Id == "SUP105")
        {
            context.Findings.Add(
                Descriptors.HeadCounts, location, second,
                [context.Text(division.Size), context.Text(division.Divisor), "key",
                    "use a number of key heads that divides the number of query heads"]);
            return;
        }

        var below = a - (a % b);
        var remedy = below.IsZero ? $"use {Rational.Text(b)}"
            : $"use {Rational.Text(below)} or {Rational.Text(below + b)}";
        context.Findings.Add(
            division.Id == "SUP106" ? Descriptors.HeadRemainder : Descriptors.Remainder, location, second,
            [context.Text(division.Size), context.Text(division.Divisor), where, remedy]);
    }
}
