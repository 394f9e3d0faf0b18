using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Expressions;

namespace SuParDsl.Generators.Parsing.Layers;

/// <summary>Checks that a size scales in the way in which the layer that is given it expects.</summary>
internal static class MarkChecks
{
    /// <summary>
    /// Reports a width that is used as a number of blocks, and a number of blocks that is used as a width (SUP319). False if the
    /// size is one of these.
    /// </summary>
    /// <param name="context">The class.</param>
    /// <param name="size">The size.</param>
    /// <param name="wrong">The kind of parameter that it must not read.</param>
    /// <param name="what">The parameter of the layer, for the message.</param>
    /// <param name="mark">The attribute that a parameter for it needs.</param>
    public static bool IsRight(DeclarationContext context, SizeArgument size, ParameterKind wrong, string what, string mark)
    {
        if (size.Syntax is not { } syntax || !context.Has(wrong)
            || ExpressionText.ParametersIn(context, syntax).FirstOrDefault(p => p.Kind == wrong) is not { } parameter)
        {
            return true;
        }

        context.Findings.Add(
            Descriptors.SwappedMarks, syntax.GetLocation(), parameter.Syntax?.Identifier.GetLocation(),
            [parameter.Name, wrong == ParameterKind.Width ? "[MuWidth]" : "[MuDepth]", what, mark]);
        return false;
    }

    /// <summary>
    /// Reports a size that scales although the parameter of the block does not, which is wrong, and a width that is given a size
    /// which does not scale, which is only suspicious. False if the size is wrong.
    /// </summary>
    public static bool IsRight(DeclarationContext context, BlockSummary block, Parameter parameter, SizeArgument size)
    {
        if (!parameter.Scales && context.Scales(size.Size))
        {
            context.Findings.Add(
                Descriptors.UnmarkedParameter, size.Syntax!.GetLocation(), parameter.Syntax?.Identifier.GetLocation(),
                [size.Size.ToString(), parameter.Name, block.Name]);
            return false;
        }

        if (parameter.Kind == ParameterKind.Width && !context.Scales(size.Size) && context.Has(ParameterKind.Width)
            && block.Tensors.FirstOrDefault(t => t.IsMatrix && t.FanOut.Equals(parameter.Size)) is { } fixedAt)
        {
            context.Findings.Add(
                Descriptors.FixedWidth, size.Syntax!.GetLocation(), parameter.Syntax?.Identifier.GetLocation(),
                [size.Size.ToString(), parameter.Name, block.Name, fixedAt.Name]);
        }

        return true;
    }
}
