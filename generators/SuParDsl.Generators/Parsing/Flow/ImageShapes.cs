using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Layers;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>Infers the output shapes of layers and operations on images, B C H W.</summary>
internal sealed class ImageShapes(DeclarationContext context, FlowShapes shapes)
{
    private static readonly Polynomial Zero = Polynomial.Zero;
    private readonly Unifier sizes = shapes.Sizes;

    /// <summary>The output shape of a convolution, a pooling layer or a norm over channels.</summary>
    public Shape? Layer(Layer layer, ShapeRule.Image rule, Shape input, Location use)
    {
        if (sizes.WithExactRank(input, 4) is not { } shape)
        {
            var given = sizes.Resolve(input).ToString();
            context.Findings.Add(
                layer.BuiltIn!.Name == "BatchNorm2d" ? Descriptors.NormAxis : Descriptors.Rank, use,
                layer.BuiltIn.Name == "BatchNorm2d"
                    ? [layer.Name, "the channels of B C H W", given, "use a LayerNorm, which normalizes the last axis"]
                    : [layer.Name, "needs an image, B C H W,", given, "use it before .Tokens() or .Pool()"]);
            return null;
        }

        var channels = sizes.Resolve(shape.FromEnd(3));
        if (rule is { In: { } name, Out: { } to } && layer.Size(name) is { } from)
        {
            if (!sizes.Unify(channels, from))
            {
                if (shapes.ContradictsInput(input, 3, channels, from, layer.Name))
                {
                    return null;
                }

                var does = name == to ? $"takes {context.Text(from)}"
                    : $"maps {context.Text(from)} → {context.Text(layer.Size(to)!)}";
                context.Findings.Add(
                    Descriptors.WrongSize, use, layer.Location,
                    [layer.Name, does, sizes.Resolve(shape).ToString(), "channels", context.Text(channels), context.Text(from),
                        SizeRemedies.OfLayer(context, layer.Name, name, channels, from)]);
                return null;
            }

            channels = layer.Size(to)!;
        }

        return Resized(layer, rule.Resizing, sizes.Resolve(shape.FromEnd(2)), use) is { } height
            && Resized(layer, rule.Resizing, sizes.Resolve(shape.FromEnd(1)), use) is { } width
                ? shape.With(3, channels, height, width).AsImage()
                : null;
    }

    /// <summary>B C H W → B H·W C.</summary>
    public Shape? Tokens(Shape? input, Location use)
    {
        if (input is null || sizes.WithExactRank(input, 4) is { } shape && (input = shape) is null)
        {
            return null;
        }

        if (input.Rank != 4 || input.Lead is not null)
        {
            context.Findings.Add(
                Descriptors.Rank, use, FlowOpTable.Tokens, "needs an image, B C H W,", sizes.Resolve(input),
                "call it on the output of a convolution");
            return null;
        }

        return input.With(3, sizes.Resolve(input.FromEnd(2)) * sizes.Resolve(input.FromEnd(1)), sizes.Resolve(input.FromEnd(3)));
    }

    /// <summary>The mean over positions. If the rank is not known, only the rank of the result is: two axes.</summary>
    public Shape? Pool(Shape? input, Location use)
    {
        if (input is null)
        {
            return null;
        }

        var shape = sizes.Resolve(input);
        if (shape.Lead is not null)
        {
            return new(null, [sizes.Fresh(), sizes.Fresh()]);
        }

        if (shape.Rank is 3 or 4)
        {
            return shape.Rank == 4 ? new(null, [shape.FromEnd(4), shape.FromEnd(3)])
                : new(null, [shape.FromEnd(3), shape.FromEnd(1)]);
        }

        context.Findings.Add(
            Descriptors.Rank, use, FlowOpTable.Pool, "needs B C H W or B T C", shape,
            "call it on a tensor that still has positions");
        return null;
    }

    private Polynomial? Resized(Layer layer, Resizing resizing, Polynomial size, Location use)
    {
        if (resizing == Resizing.None)
        {
            return size;
        }

        if (resizing == Resizing.Enlarge)
        {
            return size * layer.Size("factor")!;
        }

        var (kernel, padding) = (layer.Size("kernel")!, layer.Size("padding")!);
        var stride = layer.Size("stride")!.Equals(Zero) ? kernel : layer.Size("stride")!;
        var reach = (layer.Size("dilation") ?? Polynomial.One) * (kernel - Polynomial.One);
        var twice = padding + padding;
        if (resizing == Resizing.Transpose)
        {
            return ((size - Polynomial.One) * stride) - twice + reach + Polynomial.One;
        }

        var room = size + twice - reach - Polynomial.One;
        if (context.AtBase(room) is { } known && known.Numerator.Sign < 0)
        {
            context.Findings.Add(
                Descriptors.KernelTooLarge, use, layer.Location,
                [layer.Name, context.Text(reach + Polynomial.One), context.Text(size + twice),
                    "use a smaller kernel or more padding"]);
            return null;
        }

        // ⌊room/stride⌋ + 1, exact where the class divides the same sizes and so guards that nothing is left.
        var whole = room + stride;
        return shapes.Divisions.Any(division => division.Size.Equals(whole) && division.Divisor.Equals(stride))
            ? whole / stride
            : Polynomial.Floor(room, stride) + Polynomial.One;
    }
}
