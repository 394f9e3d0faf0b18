using System.Collections.Immutable;
using System.Numerics;

namespace SuParDsl.Generators.Sizes;

/// <summary>
/// A size as a sum of monomials with rational coefficients. What is not such a sum is one opaque name, equal only to itself.
/// </summary>
internal sealed class Polynomial : IEquatable<Polynomial>
{
    // Past this many terms a size is written so strangely that comparing texts is enough.
    private const int MaximumTerms = 64;

    private readonly ImmutableSortedDictionary<Monomial, Rational> terms;

    // What a size that was made as one name is called: nearly every size is, and needs no arithmetic.
    private readonly string? name;

    private Polynomial(ImmutableSortedDictionary<Monomial, Rational> terms, string? name = null) => (this.terms, this.name) = (terms, name);

    public static Polynomial Zero { get; } = new(ImmutableSortedDictionary<Monomial, Rational>.Empty);

    public static Polynomial One { get; } = Constant(1);

    public IEnumerable<KeyValuePair<Monomial, Rational>> Terms => terms;

    public int Count => terms.Count;

    /// <summary>The value of a polynomial without names; else null.</summary>
    public Rational? Value => name is not null ? null : terms.Count switch
    {
        0 => default(Rational),
        1 when terms.TryGetValue(Monomial.One, out var value) => value,
        _ => null,
    };

    /// <summary>Whether it is an integer for all integer values of its names.</summary>
    public bool IsIntegral => terms.All(static t => t.Value.IsInteger && t.Key.Factors.All(static f => f.Power > 0));

    public IEnumerable<string> Names => name is not null ? [name]
        : terms.Keys.SelectMany(static m => m.Factors).Select(static f => f.Name).Distinct(StringComparer.Ordinal);

    public static Polynomial Constant(Rational value) =>
        value.IsZero ? Zero : new(ImmutableSortedDictionary<Monomial, Rational>.Empty.Add(Monomial.One, value));

    public static Polynomial Name(string name) =>
        new(ImmutableSortedDictionary<Monomial, Rational>.Empty.Add(Monomial.Of(name), Rational.One), name);

    public static Polynomial operator +(Polynomial a, Polynomial b)
    {
        var sum = a.terms.ToBuilder();
        foreach (var term in b.terms)
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

        var product = Zero.terms.ToBuilder();
        foreach (var x in a.terms)
        {
            foreach (var y in b.terms)
            {
                Add(product, x.Key.Times(y.Key), x.Value * y.Value);
            }
        }

        return Make(product, () => $"({a})·({b})");
    }

    /// <summary>The exact quotient; by zero or by a sum, an opaque name.</summary>
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

        var divisor = b.terms.First();
        var quotient = Zero.terms.ToBuilder();
        foreach (var term in a.terms)
        {
            quotient[term.Key.Times(divisor.Key, -1)] = term.Value / divisor.Value;
        }

        return new(quotient.ToImmutable());
    }

    /// <summary>The quotient rounded down: what comes out even is taken out, the rest is one opaque name.</summary>
    public static Polynomial Floor(Polynomial a, Polynomial b)
    {
        if (b.Count != 1)
        {
            return Name($"⌊{Formula.Atom(a.ToString())}/{Formula.Atom(b.ToString())}⌋");
        }

        var (even, rest) = (Zero, Zero);
        foreach (var term in a.terms)
        {
            var single = new Polynomial(Zero.terms.Add(term.Key, term.Value));
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

    /// <summary>Puts sizes in place of names; a name that is not replaced stays.</summary>
    public Polynomial Substitute(Func<string, Polynomial?> replacement)
    {
        if (name is not null)
        {
            return Replace(name, replacement);
        }

        var result = Zero;
        foreach (var term in terms)
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

    /// <summary>The value where every name has one; else null.</summary>
    public Rational? Evaluate(Func<string, BigInteger?> value) =>
        Value ?? Substitute(name => value(name) is { } known ? Constant(new Rational(known, 1)) : null).Value;

    /// <summary>Whether it depends on a name, an opaque one included.</summary>
    public bool Mentions(Func<string, bool> name) => Names.Any(n => Identifiers.In(n).Any(name));

    public bool Equals(Polynomial? other) => other is not null
        && (name is not null && other.name is not null ? name == other.name : HasTerms(other));

    private bool HasTerms(Polynomial other) => terms.Count == other.terms.Count
        && terms.Zip(other.terms, static (x, y) => x.Key.Equals(y.Key) && x.Value.Equals(y.Value)).All(static same => same);

    public override bool Equals(object? obj) => Equals(obj as Polynomial);

    public override int GetHashCode() =>
        terms.Aggregate(17, static (hash, t) => unchecked((hash * 31) + t.Key.GetHashCode() + t.Value.GetHashCode()));

    /// <summary>As people write it: 4·width, width/headDim.</summary>
    public override string ToString() => PolynomialText.Of(this);

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
