using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Text;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Language;

/// <summary>A shape in a contract: its axes as formulas, after any others where it is open.</summary>
internal sealed record ShapePattern(string Text, bool IsOpen, ImmutableArray<string> Axes);

/// <summary>The shapes of a contract: <c>... in -> ... out</c>.</summary>
internal sealed record Contract(ImmutableArray<ShapePattern> Inputs, ImmutableArray<ShapePattern> Outputs)
{
    private const string Arrow = "->";

    /// <summary>
    /// Reads a contract. The result is null if the text is wrong, with the reason and its position in the text.
    /// </summary>
    public static Contract? Parse(string text, out string problem, out TextSpan where)
    {
        problem = string.Empty;
        where = new(0, text.Length);
        var arrow = text.IndexOf(Arrow, StringComparison.Ordinal);
        if (arrow < 0 || text.IndexOf(Arrow, arrow + 1, StringComparison.Ordinal) >= 0)
        {
            problem = "needs one '->' between its inputs and its outputs";
            return null;
        }

        var inputs = Shapes(text, 0, arrow, ref problem, ref where);
        var outputs = Shapes(text, arrow + Arrow.Length, text.Length, ref problem, ref where);
        return problem.Length > 0 ? null : new(inputs, outputs);
    }

    /// <summary>A contract that keeps the shape of the first input, as an example for messages.</summary>
    public static string Example(int inputs, int outputs) =>
        $"{Some(inputs)} -> {Some(outputs)}";

    private static string Some(int shapes) => string.Join(", ", Enumerable.Repeat("B T d", Math.Max(shapes, 1)));

    private static ImmutableArray<ShapePattern> Shapes(string text, int start, int end, ref string problem, ref TextSpan where)
    {
        var shapes = ImmutableArray.CreateBuilder<ShapePattern>();
        for (var at = start; at <= end;)
        {
            var comma = text.IndexOf(',', at, end - at);
            var stop = comma < 0 ? end : comma;
            var part = text.Substring(at, stop - at);
            var axes = part.Split([' '], StringSplitOptions.RemoveEmptyEntries);
            var isOpen = axes.Length > 0 && axes[0] == "...";
            var sizes = axes.Skip(isOpen ? 1 : 0).ToImmutableArray();
            var bad = sizes.FirstOrDefault(static axis => SizeText.Parse(axis, static _ => null) is null);
            if (problem.Length == 0 && (axes.Length == 0 || bad is not null))
            {
                problem = axes.Length == 0 ? "has a shape without axes" : bad == "..." ? "has '...' after other axes"
                    : $"has the invalid axis '{bad}'";
                where = bad is null ? new(at, stop - at) : new(at + part.IndexOf(bad, StringComparison.Ordinal), bad.Length);
            }

            shapes.Add(new(string.Join(" ", axes).Replace("...", "…"), isOpen, sizes));
            at = stop + 1;
        }

        return shapes.ToImmutable();
    }
}
