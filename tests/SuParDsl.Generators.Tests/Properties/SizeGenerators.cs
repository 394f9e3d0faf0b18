using CsCheck;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Tests.Properties;

/// <summary>
/// Generators of exact fractions and sizes. The numbers are small, so that equal ones are frequent, and include 0, 1 and
/// negative ones.
/// </summary>
internal static class SizeGenerators
{
    /// <summary>The names in drawn sizes.</summary>
    public static readonly string[] Names = ["width", "heads", "depth"];

    public static Gen<Rational> Rationals { get; } =
        Gen.Select(Gen.Long[-6, 6], Gen.Long[1, 6], static (numerator, denominator) => new Rational(numerator, denominator));

    /// <summary>Sums of at most four terms, of degree 3 at most, with fractions as coefficients.</summary>
    public static Gen<Polynomial> Polynomials { get; } = Sums(Rationals);

    /// <summary>Sums with whole coefficients.</summary>
    public static Gen<Polynomial> WholePolynomials { get; } = Sums(Gen.Long[-6, 6].Select(static whole => (Rational)whole));

    /// <summary>A value for every name; none is 0.</summary>
    public static Gen<Dictionary<string, int>> Values { get; } =
        Gen.Int[1, 9].Array[Names.Length].Select(
            static values => Names.Zip(values).ToDictionary(static pair => pair.First, static pair => pair.Second));

    private static Gen<Polynomial> Sums(Gen<Rational> coefficients) =>
        Gen.Select(coefficients, Gen.Int[0, Names.Length - 1].Array[0, 3]).Array[0, 4].Select(static terms => terms.Aggregate(
            Polynomial.Zero,
            static (sum, term) => sum + term.Item2.Aggregate(
                Polynomial.Constant(term.Item1), static (product, name) => product * Polynomial.Name(Names[name]))));
}
