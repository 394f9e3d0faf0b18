using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Expressions;

/// <summary>Checks the range of a constant density, which is (0, 1].</summary>
internal static class DensityRange
{
    /// <summary>
    /// Reports a constant outside the range (SUP202), or one that integer division made 0 (SUP203); true where it is a density.
    /// </summary>
    public static bool Check(
        ExpressionSyntax expression, double value, bool isIntegerDivision, string owner, Action<Diagnostic> report)
    {
        if (value is > 0 and <= 1)
        {
            return true;
        }

        if (value == 0 && isIntegerDivision)
        {
            var text = UserSyntax.OneLine(UserSyntax.Unwrap(expression));
            report(Diagnostic.Create(Descriptors.IntegerDensity, expression.GetLocation(), text, 0, text + ".0"));
            return false;
        }

        var remedy = value is >= 5 and <= 100
            ? $"did you mean {NumberText.Of(value / 100)}?"
            : "1 is dense, 0.25 keeps a quarter of the weights";
        report(Diagnostic.Create(Descriptors.DensityRange, expression.GetLocation(), owner, NumberText.Of(value), remedy));
        return false;
    }
}
