using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Expressions;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Layers;

/// <summary>The sizes of an <c>Experts</c>.</summary>
/// <param name="Count">The number of experts.</param>
/// <param name="Width">The size of the vectors that are routed.</param>
internal sealed record ExpertSizes(SizeArgument Count, SizeArgument Width);

/// <summary>Reads the constructor arguments of an <c>Experts</c> and checks that its parts fit together (SUP118).</summary>
internal static class ExpertArguments
{
    private static readonly string[] Names = ["count", "active", "width", "make", "balance"];

    public static LayerArguments Read(
        DeclarationContext context, LayerProperty layer, ArgumentReader reader, BaseObjectCreationExpressionSyntax creation)
    {
        if (ArgumentReader.Bind(creation, Names) is not { } arguments
            || !Names.Take(4).All(arguments.ContainsKey)
            || reader.ReadSize("count", arguments["count"], 1) is not { } count
            || reader.ReadSize("active", arguments["active"], 1) is not { } active
            || reader.ReadSize("width", arguments["width"], 1) is not { } width
            || reader.Made(arguments["make"], arguments["count"], arguments["active"], arguments["width"])
                is not var (block, inner))
        {
            return LayerArguments.Broken;
        }

        if (!MarkChecks.IsRight(context, width, ParameterKind.Depth, "the width of an Experts", "[MuWidth]")
            || Misfit(context, count, active) is var (place, what, remedy) && Report(place, what, remedy))
        {
            return LayerArguments.Broken;
        }

        var made = reader.ReadSameSize(block, inner);
        if (!reader.IsBroken && !made.IsBroken && Misfit(context, block, width, reader.Size) is var (does, cure))
        {
            Report(inner, does, cure);
            return LayerArguments.Broken;
        }

        return made with { Experts = new(count, width) };

        bool Report(ExpressionSyntax at, string problem, string cure)
        {
            context.Findings.Add(Descriptors.ExpertsDoNotFit, at.GetLocation(), layer.Name, problem, cure);
            return true;
        }
    }

    private static (ExpressionSyntax Place, string What, string Remedy)? Misfit(
        DeclarationContext context, SizeArgument count, SizeArgument active)
    {
        if (new[] { count, active }.FirstOrDefault(size => context.Scales(size.Size)) is { } scaling)
        {
            return (
                scaling.Syntax!, $"counts its experts by {context.Text(scaling.Size)}, which scales",
                "use a parameter without [MuWidth] and [MuDepth]: the rule follows the number of experts by itself");
        }

        if (context.AtBase(active.Size) is not { IsInteger: true, Numerator: var chosen }
            || context.AtBase(count.Size) is not { IsInteger: true, Numerator: var all } || chosen <= all)
        {
            return null;
        }

        var where = active.Size.Value is null || count.Size.Value is null ? " at the base" : string.Empty;
        return (
            active.Syntax!, $"activates {Rational.Text(chosen)} experts{where}, but has {Rational.Text(all)}",
            $"activate at most {Rational.Text(all)}");
    }

    private static (string What, string Remedy)? Misfit(
        DeclarationContext context, BlockSummary block, SizeArgument width, Func<string, Polynomial?> size)
    {
        if (block.Inputs.Length > 1)
        {
            return ($"gives one tensor to '{block.Name}', which takes {Rational.Text(block.Inputs.Length)}",
                "use a block that takes one tensor");
        }

        if (block.Inputs[0] is not { } input)
        {
            return null;
        }

        var sizes = new Unifier();
        var rename = sizes.Renaming();
        var takes = input.Map(axis => rename(axis.Substitute(size)));
        if (takes.Rank > 1 || takes.Lead is null)
        {
            return ($"gives single positions to '{block.Name}', which takes {takes.InWords()}",
                "use a block that treats each position by itself, such as a feed-forward layer");
        }

        return takes.Rank == 0 || sizes.Unify(takes.FromEnd(1), width.Size) ? null
            : ($"routes vectors of size {context.Text(width.Size)} to '{block.Name}', which takes {takes.InWords()}",
                "pass the size that the block takes as the width");
    }
}
