using System.Numerics;
using CsCheck;
using SuParDsl.Generators.Sizes;
using SuParDsl.Tests;
using static SuParDsl.Generators.Tests.Properties.SizeGenerators;

namespace SuParDsl.Generators.Tests.Properties;

/// <summary>
/// The algebra of sizes: fractions form a field, sums of monomials form a ring, and values may be substituted before or
/// after.
/// </summary>
public class SizeAlgebraTests
{
    [Fact]
    public void Fractions_are_a_field_in_lowest_terms() => Property.Holds(
        Gen.Select(Rationals, Rationals, Rationals), static drawn =>
        {
            var (a, b, c) = drawn;
            Assert.Equal(a + b, b + a);
            Assert.Equal((a + b) + c, a + (b + c));
            Assert.Equal((a * b) * c, a * (b * c));
            Assert.Equal(a * (b + c), (a * b) + (a * c));
            Assert.True((a + -a).IsZero);
            Assert.True(a.Denominator.Sign > 0 && BigInteger.GreatestCommonDivisor(a.Numerator, a.Denominator).IsOne);
            if (!b.IsZero)
            {
                Assert.Equal(a, (a / b) * b);
            }
        });

    [Fact]
    public void Sums_are_a_ring() => Property.Holds(Gen.Select(Polynomials, Polynomials, Polynomials), static drawn =>
    {
        var (a, b, c) = drawn;
        Assert.Equal(a + b, b + a);
        Assert.Equal((a + b) + c, a + (b + c));
        Assert.Equal(a * b, b * a);
        Assert.Equal((a * b) * c, a * (b * c));
        Assert.Equal(a * (b + c), (a * b) + (a * c));
        Assert.Equal(Polynomial.Zero, a - a);
        Assert.Equal(a, a * Polynomial.One);
        Assert.Equal((a + b).GetHashCode(), (b + a).GetHashCode());
    });

    [Fact]
    public void A_quotient_by_one_term_is_exact() => Property.Holds(Gen.Select(Polynomials, Polynomials), static drawn =>
    {
        var (a, b) = drawn;
        if (b.Count == 1)
        {
            Assert.Equal(a, (a / b) * b);
            Assert.Equal(a, (a * b) / b);
        }
    });

    [Fact]
    public void Values_go_in_before_or_after() => Property.Holds(Gen.Select(Polynomials, Polynomials, Values), static drawn =>
    {
        var (a, b, values) = drawn;
        Assert.Equal(Value(a, values) + Value(b, values), Value(a + b, values));
        Assert.Equal(Value(a, values) * Value(b, values), Value(a * b, values));
        Assert.Equal(Value(a, values), Value(a.Substitute(name => Polynomial.Constant(values[name])), values));
    });

    [Fact]
    public void A_substitution_is_what_its_values_are() => Property.Holds(
        Gen.Select(Polynomials, Polynomials, Values), static drawn =>
        {
            var (a, b, values) = drawn;
            var inside = a.Substitute(name => name == Names[0] ? b : null);
            if (inside.Names.All(Names.Contains))
            {
                var width = Value(b, values);
                var expected = a.Substitute(name => Polynomial.Constant(name == Names[0] ? width : values[name])).Value;
                Assert.Equal(expected, Value(inside, values));
            }
        });

    [Fact]
    public void A_floor_is_the_quotient_rounded_down() => Property.Holds(
        Gen.Select(WholePolynomials, Gen.Int[1, 7], Values), static drawn =>
        {
            var (a, divisor, values) = drawn;
            var floor = Value(Polynomial.Floor(a, Polynomial.Constant(divisor)), values);
            var numerator = Value(a, values).Numerator;
            Assert.Equal((numerator - (((numerator % divisor) + divisor) % divisor)) / divisor, floor.Numerator);
            Assert.True(floor.IsInteger);
        });

    [Fact]
    public void Text_is_read_back_as_the_size() => Property.Holds(WholePolynomials, static size =>
        Assert.Equal(
            size,
            SizeText.Parse(size.ToString().Replace("·", "*", StringComparison.Ordinal), static name => Polynomial.Name(name))));

    private static Rational Value(Polynomial size, Dictionary<string, int> values)
    {
        var value = size.Evaluate(name => values.TryGetValue(name, out var known) ? known : null);
        Assert.True(value.HasValue, $"{size} has no value");
        return value.Value;
    }
}
