using System.Collections.Immutable;

namespace SuParDsl.Generators.Sizes;

/// <summary>A product of powers of named sizes, in ordinal order of the names: width·groups⁻¹.</summary>
internal sealed class Monomial : IEquatable<Monomial>, IComparable<Monomial>
{
    private readonly string key;

    private Monomial(ImmutableArray<(string Name, int Power)> factors)
    {
        Factors = factors;
        key = factors.Length == 1 ? Key(factors[0]) : string.Join("·", factors.Select(Key));
    }

    public static Monomial One { get; } = new([]);

    public ImmutableArray<(string Name, int Power)> Factors { get; }

    public int Degree => Factors.Sum(static f => f.Power);

    public static Monomial Of(string name) => new([(name, 1)]);

    public Monomial Times(Monomial other, int sign = 1)
    {
        if (other.Factors.IsEmpty)
        {
            return this;
        }

        var powers = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, power) in Factors)
        {
            powers[name] = power;
        }

        foreach (var (name, power) in other.Factors)
        {
            powers.TryGetValue(name, out var old);
            powers[name] = old + (sign * power);
        }

        return new([.. powers.Where(static p => p.Value != 0).Select(static p => (p.Key, p.Value))]);
    }

    private static string Key((string Name, int Power) factor) => factor.Name + "^" + Rational.Text(factor.Power);

    /// <summary>Higher degrees first, as people write polynomials; then by name.</summary>
    public int CompareTo(Monomial? other) => other is null ? 1
        : Degree != other.Degree ? other.Degree.CompareTo(Degree)
        : string.CompareOrdinal(key, other.key);

    public bool Equals(Monomial? other) => other is not null && key == other.key;

    public override bool Equals(object? obj) => Equals(obj as Monomial);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(key);
}
