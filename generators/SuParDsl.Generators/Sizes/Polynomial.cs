using System.Collections.Immutable;
using System.Numerics;

namespace SuParDsl.Generators.Sizes;

/// <summary>
/// A size as a sum of monomials with rational coefficients. What is not such a sum is one opaque name, equal only to itself.
/// </summary>
internal sealed class Polynomial : IEquatable<Polynomial>
{
    // A size with more terms than this becomes one opaque name, which is compared as text.
    private const int MaximumTerms = 64;

    // The name of a size that consists of one name. Nearly every size does, and such a size needs no arithmetic.
    private readonly string? name;

    // Whether that name is an identifier, and not the text of something opaque.
    private readonly bool isIdentifier;

    private ImmutableSortedDictionary<Monomial, Rational>? terms;
    private int hash;

    private Polynomial(ImmutableSortedDictionary<Monomial, Rational> terms) => this.terms = terms;

    private Polynomial(string name) => (this.name, isIdentifier) = (name, Identifiers.IsOne(name));

    public static Polynomial Zero { get; } = new(ImmutableSortedDictionary<Monomial, Rational>.Empty);

    public static Polynomial One { get; } = Constant(1);

    public IEnumerable<KeyValuePair<Monomial, Rational>> Terms => Sum;

    public int Count => name is not null ? 1 : Sum.Count;

    /// <summary>The value of a polynomial without names; otherwise null.</summary>
    public Rational? Value => name is not null ? null : Sum.Count switch
    {
        0 => default(Rational),
        1 when Sum.TryGetValue(Monomial.One, out var value) => value,
        _ => null,
    };

    /// <summary>Whether it is an integer for all integer values of its names.</summary>
    public bool IsIntegral => name is not null
        || Sum.All(static t => t.Value.IsInteger && t.Key.Factors.All(static f => f.Power > 0));

    public IEnumerable<string> Names => name is not null ? [name]
        : Sum.Keys.SelectMany(static m => m.Factors).Select(static f => f.Name).Distinct(StringComparer.Ordinal);

    private ImmutableSortedDictionary<Monomial, Rational> Sum =>
        terms ??= ImmutableSortedDictionary<Monomial, Rational>.Empty.Add(Monomial.Of(name!), Rational.One);

    public static Polynomial Constant(Rational value) =>
        value.IsZero ? Zero : new(ImmutableSortedDictionary<Monomial, Rational>.Empty.Add(Monomial.One, value));

    public static Polynomial Name(string name) => new(name);

    public static Polynomial operator +(Polynomial a, Polynomial b)
    {
        var sum = a.Sum.ToBuilder();
        foreach (var term in b.Sum)
        {
            Add(sum, term.Key, term.Value);
        }

        return Make(sum, () => $"({a}) + ({b})");
    }

    public static Polynomial operator -(Polynomial a) => a * Constant(-1);

    public static Polynomial operator -(Polynomial a, Polynomial b) => a + (-b);

    public static Polynomial operator *(Polynomial a, Polynomial b)
    {
        if (a.Count * b.Count > MaximumTerms * 4)
        {
            return Name($"({a})·({b})");
        }

        var product = Zero.Sum.ToBuilder();
        foreach (var x in a.Sum)
        {
            foreach (var y in b.Sum)
            {
                Add(product, x.Key.Times(y.Key), x.Value * y.Value);
            }
        }

        return Make(product, () => $"({a})·({b})");
    }

    /// <summary>The exact quotient. A division by zero or by a sum is an opaque name.</summary>
    public static Polynomial operator /(Polynomial a, Polynomial b)
    {
        if (b.Count == 0)
        {
            return Name($"({a})/0");
        }

        if (a.Equals(b))
        {
            return One;
        }

        if (b.Count > 1)
        {
            return Name($"({a})/({b})");
        }

        var divisor = b.Sum.First();
        var quotient = Zero.Sum.ToBuilder();
        foreach (var term in a.Sum)
        {
            quotient[term.Key.Times(divisor.Key, -1)] = term.Value / divisor.Value;
        }

        return new(quotient.ToImmutable());
    }

    /// <summary>
    /// The quotient rounded down. Terms that divide evenly are divided, and the rest becomes one opaque name.
    /// </summary>
    public static Polynomial Floor(Polynomial a, Polynomial b)
    {
        if (b.Count != 1)
        {
            return Name($"⌊{Formula.Atom(a.ToString())}/{Formula.Atom(b.ToString())}⌋");
        }

        var (even, rest) = (Zero, Zero);
        foreach (var term in a.Sum)
        {
            var single = new Polynomial(Zero.Sum.Add(term.Key, term.Value));
            var quotient = single / b;
            even += quotient.IsIntegral ? quotient : Zero;
            rest += quotient.IsIntegral ? Zero : single;
        }

        if (rest.Value is { } size && b.Value is { } divisor)
        {
            var ratio = size / divisor;
            return even + Constant(new Rational((ratio.Numerator - (((ratio.Numerator % ratio.Denominator)
                + ratio.Denominator) % ratio.Denominator)) / ratio.Denominator, 1));
        }

        return even + Name($"⌊{Formula.Atom(rest.ToString())}/{Formula.Atom(b.ToString())}⌋");
    }

    /// <summary>Replaces names by sizes. A name without a replacement stays.</summary>
    public Polynomial Substitute(Func<string, Polynomial?> replacement)
    {
        if (name is not null)
        {
            return Replace(name, replacement);
        }

        var result = Zero;
        foreach (var term in Sum)
        {
            var product = Constant(term.Value);
            foreach (var (part, power) in term.Key.Factors)
            {
                var factor = Replace(part, replacement);
                for (var i = 0; i < Math.Abs(power); i++)
                {
                    product = power > 0 ? product * factor : product / factor;
                }
            }

            result += product;
        }

        return result;
    }

    /// <summary>The value if every name has one; otherwise null.</summary>
    public Rational? Evaluate(Func<string, BigInteger?> value) => isIdentifier
        ? value(name!) is { } single ? new Rational(single, 1) : null
        : Value ?? Substitute(name => value(name) is { } known ? Constant(new Rational(known, 1)) : null).Value;

    /// <summary>Whether it depends on a name, an opaque one included.</summary>
    public bool Mentions(Func<string, bool> name) =>
        isIdentifier ? name(this.name!) : Names.Any(n => Identifiers.In(n).Any(name));

    public bool Equals(Polynomial? other) => ReferenceEquals(this, other) || (other is not null
        && (name is not null && other.name is not null ? name == other.name : HasTerms(other)));

    private bool HasTerms(Polynomial other) => Sum.Count == other.Sum.Count
        && Sum.Zip(other.Sum, static (x, y) => x.Key.Equals(y.Key) && x.Value.Equals(y.Value)).All(static same => same);

    public override bool Equals(object? obj) => Equals(obj as Polynomial);

    public override int GetHashCode() => hash != 0 ? hash
        : hash = Sum.Aggregate(17, static (hash, t) => unchecked((hash * 31) + t.Key.GetHashCode() + t.Value.GetHashCode()));

    /// <summary>The size as people write it: 4·width, width/headDim.</summary>
    public override string ToString() => name ?? PolynomialText.Of(this);

    private static Polynomial Replace(string name, Func<string, Polynomial?> replacement)
    {
        if (Identifiers.IsOne(name))
        {
            return replacement(name) ?? Name(name);
        }

        if (name[0] == '⌊' && SizeText.Parse(name, replacement) is { } floor)
        {
            return floor;
        }

        return Name(Identifiers.Replace(name, identifier =>
            replacement(identifier) is { } other && !other.Equals(Name(identifier))
            ? other.Count > 1 || !other.IsIntegral ? $"({other})" : other.ToString()
            : null));
    }

    private static void Add(ImmutableSortedDictionary<Monomial, Rational>.Builder sum, Monomial key, Rational value)
    {
        sum.TryGetValue(key, out var old);
        var total = old + value;
        if (total.IsZero)
        {
            sum.Remove(key);
        }
        else
        {
            sum[key] = total;
        }
    }

    private static Polynomial Make(ImmutableSortedDictionary<Monomial, Rational>.Builder terms, Func<string> text) =>
        terms.Count > MaximumTerms ? Name(text()) : new(terms.ToImmutable());
}
