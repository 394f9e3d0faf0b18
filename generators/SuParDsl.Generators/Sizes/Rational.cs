using System.Globalization;
using System.Numerics;

namespace SuParDsl.Generators.Sizes;

/// <summary>An exact fraction in lowest terms with a positive denominator.</summary>
internal readonly struct Rational : IEquatable<Rational>
{
    private readonly BigInteger denominator;

    public Rational(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsOne)
        {
            (Numerator, this.denominator) = (numerator, denominator);
            return;
        }

        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator) * denominator.Sign;
        Numerator = numerator / divisor;
        this.denominator = denominator / divisor;
    }

    public static Rational One { get; } = new(1, 1);

    public BigInteger Numerator { get; }

    /// <summary>A default value is 0/1.</summary>
    public BigInteger Denominator => denominator.IsZero ? BigInteger.One : denominator;

    public bool IsZero => Numerator.IsZero;

    public bool IsInteger => Denominator.IsOne;

    public static implicit operator Rational(long value) => new(value, 1);

    public static Rational operator +(Rational a, Rational b) =>
        new((a.Numerator * b.Denominator) + (b.Numerator * a.Denominator), a.Denominator * b.Denominator);

    public static Rational operator *(Rational a, Rational b) => new(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    public static Rational operator /(Rational a, Rational b) => new(a.Numerator * b.Denominator, a.Denominator * b.Numerator);

    public static Rational operator -(Rational a) => new(-a.Numerator, a.Denominator);

    public bool Equals(Rational other) => Numerator == other.Numerator && Denominator == other.Denominator;

    public override bool Equals(object? obj) => obj is Rational other && Equals(other);

    public override int GetHashCode() => unchecked((Numerator.GetHashCode() * 31) + Denominator.GetHashCode());

    public override string ToString() => IsInteger ? Text(Numerator) : Text(Numerator) + "/" + Text(Denominator);

    public static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Text(BigInteger value) => value.ToString(CultureInfo.InvariantCulture);
}
