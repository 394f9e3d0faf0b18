using System.Globalization;

namespace SuParDsl;

/// <summary>A multiplier m_in^In · m_out^Out · m_ρ^Density: one cell of <see cref="RuleTable"/>, as a number and as text.</summary>
/// <param name="In">The power of m_in, the fan-in over the base's fan-in.</param>
/// <param name="Out">The power of m_out, the fan-out over the base's fan-out.</param>
/// <param name="Density">The power of m_ρ, the density over the base's density.</param>
public readonly record struct Factor(double In = 0, double Out = 0, double Density = 0)
{
    /// <summary>The factor as a number.</summary>
    public double At(double mIn, double mOut, double mDensity) =>
        Math.Pow(mIn, In) * Math.Pow(mOut, Out) * Math.Pow(mDensity, Density);

    /// <summary>The factor raised to a power: the root of a variance is a standard deviation.</summary>
    public Factor Power(double exponent) => new(In * exponent, Out * exponent, Density * exponent);

    /// <summary>The factor as a paper writes it, with the given names of the three multipliers; a name of null stands for 1.</summary>
    public string Text(string? mIn, string? mOut, string? mDensity)
    {
        (string? Name, double Power)[] all = [(mIn, In), (mOut, Out), (mDensity, Density)];
        var above = Join(all.Where(f => f.Name is not null && f.Power > 0).Select(f => Term(f.Name!, f.Power)));
        var below = Join(all.Where(f => f.Name is not null && f.Power < 0).Select(f => Term(f.Name!, -f.Power)));
        return (above.Count, below.Count) switch
        {
            (0, 0) => "1",
            (_, 0) => above.Text,
            (0, 1) => "1/" + below.Text,
            (0, _) => "1/(" + below.Text + ")",
            (_, 1) => above.Text + "/" + below.Text,
            _ => above.Text + "/(" + below.Text + ")",
        };

        static (string Text, int Count) Join(IEnumerable<string> terms)
        {
            var list = terms.ToList();
            return (string.Join("·", list), list.Count);
        }

        static string Term(string name, double power) => power switch
        {
            1 => name,
            0.5 => "√" + name,
            _ => name + "^" + power.ToString(CultureInfo.InvariantCulture),
        };
    }
}
