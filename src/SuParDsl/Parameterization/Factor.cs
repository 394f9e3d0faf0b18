using System.Globalization;

namespace SuParDsl.Parameterization;

/// <summary>
/// A multiplier m_in^In · m_out^Out · m_ρ^Density: one cell of <see cref="RuleTable"/>, as a number and as text.
/// </summary>
/// <param name="In">The power of m_in, the fan-in over the base's fan-in.</param>
/// <param name="Out">The power of m_out, the fan-out over the base's fan-out.</param>
/// <param name="Density">The power of m_ρ, the density over the base's density.</param>
public readonly record struct Factor(double In = 0, double Out = 0, double Density = 0)
{
    /// <summary>The factor as a number.</summary>
    public double At(double mIn, double mOut, double mDensity) =>
        Math.Pow(mIn, In) * Math.Pow(mOut, Out) * Math.Pow(mDensity, Density);

    /// <summary>The factor raised to a power, as for the standard deviation from a variance.</summary>
    public Factor Power(double exponent) => new(In * exponent, Out * exponent, Density * exponent);

    /// <summary>The factor as a formula, with the given names of the three multipliers. A null name stands for 1.</summary>
    public string Text(string? mIn, string? mOut, string? mDensity)
    {
        // If all powers are ±½, write one root over the whole product.
        if (Powers.Any(static power => power != 0) && Powers.All(static power => power is 0 or 0.5 or -0.5))
        {
            return Quotient(Power(2), "√");
        }

        return Quotient(this, string.Empty);

        string Quotient(Factor factor, string root)
        {
            var (above, below) = (factor.Join(mIn, mOut, mDensity, 1), factor.Join(mIn, mOut, mDensity, -1));
            return (above.Count, below.Count) switch
            {
                (0, 0) => "1",
                (_, 0) => root + Atom(above),
                (0, _) => "1/" + root + Atom(below),
                _ => root + Atom(above) + "/" + root + Atom(below),
            };

            string Atom(List<string> terms) => terms.Count == 1 ? terms[0]
                : root.Length == 0 && ReferenceEquals(terms, above) ? string.Join("·", terms)
                : "(" + string.Join("·", terms) + ")";
        }
    }

    private double[] Powers => [In, Out, Density];

    // The terms whose power has the given sign (1 or -1), written with the absolute value of the power.
    private List<string> Join(string? mIn, string? mOut, string? mDensity, int sign)
    {
        (string? Name, double Power)[] all = [(mIn, In * sign), (mOut, Out * sign), (mDensity, Density * sign)];
        return [.. all.Where(static f => f.Name is not null && f.Power > 0)
            .Select(static f => f.Power == 1 ? f.Name! : f.Name + "^" + f.Power.ToString(CultureInfo.InvariantCulture))];
    }
}
