namespace SuParDsl.Generators.Sizes;

/// <summary>Writes sizes: for people (4·width/groups) and as C# (4 * width / groups).</summary>
internal static class PolynomialText
{
    public static string Of(Polynomial size) => Write(size, "·", static name => name);

    /// <summary>The size as a C# expression over parameters; null if a name is not a parameter.</summary>
    public static string? CSharp(Polynomial size, Func<string, string?> parameter)
    {
        var known = size.Names.All(name => parameter(name) is not null);
        return known ? Write(size, " * ", name => parameter(name)!, " / ") : null;
    }

    private static string Write(Polynomial size, string times, Func<string, string> name, string over = "/")
    {
        var text = string.Empty;
        foreach (var term in size.Terms)
        {
            var negative = term.Value.Numerator.Sign < 0;
            var sign = text.Length == 0 ? negative ? "-" : string.Empty : negative ? " - " : " + ";
            text += sign + Term(term.Key, negative ? -term.Value : term.Value, times, name, over);
        }

        return text.Length == 0 ? "0" : text;
    }

    private static string Term(Monomial monomial, Rational coefficient, string times, Func<string, string> name, string over)
    {
        var above = new List<string>();
        var below = new List<string>();
        if (!coefficient.Numerator.IsOne)
        {
            above.Add(Rational.Text(coefficient.Numerator));
        }

        if (!coefficient.IsInteger)
        {
            below.Add(Rational.Text(coefficient.Denominator));
        }

        foreach (var (factor, power) in monomial.Factors)
        {
            (power > 0 ? above : below).AddRange(Enumerable.Repeat(name(factor), Math.Abs(power)));
        }

        var top = above.Count == 0 ? "1" : string.Join(times, above);
        return below.Count switch
        {
            0 => top,
            1 => top + over + below[0],
            _ => top + over + "(" + string.Join(times, below) + ")",
        };
    }
}
