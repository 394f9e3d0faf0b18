using System.ComponentModel;

namespace SuParDsl;

/// <summary>
/// A size evaluated twice: in this model and in its base model. Arithmetic on extents applies to both values, so a
/// constructor argument like <c>4 * width</c> yields the width multiplier without building a base model.
/// </summary>
/// <param name="Value">The size in this model.</param>
/// <param name="Base">The size in the base model.</param>
/// <param name="Scales">Whether the size depends on one marked <c>[MuWidth]</c> or <c>[MuDepth]</c>.</param>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public readonly record struct Extent(long Value, long Base, bool Scales)
{
    /// <summary>A size marked <c>[MuWidth(base)]</c> or <c>[MuDepth(base)]</c>.</summary>
    public static Extent Scaling(long value, long @base) => new(value, BaseSizes.Of(@base), Scales: true);

    /// <summary>A plain size with its default, which is its value in the base model.</summary>
    public static Extent Fixed(long value, long @base) => new(value, @base, Scales: false);

    /// <summary>m = d/d₀; 1 for a size that does not scale.</summary>
    public double Multiplier => Scales ? (double)Value / Base : 1;

    /// <summary>A constant.</summary>
    public static implicit operator Extent(long value) => Fixed(value, value);

    /// <summary>The sum of two sizes.</summary>
    public static Extent operator +(Extent a, Extent b) => Combine(a, b, static (x, y) => checked(x + y));

    /// <summary>The difference of two sizes.</summary>
    public static Extent operator -(Extent a, Extent b) => Combine(a, b, static (x, y) => checked(x - y));

    /// <summary>The product of two sizes.</summary>
    public static Extent operator *(Extent a, Extent b) => Combine(a, b, static (x, y) => checked(x * y));

    /// <summary>The integer quotient of two sizes.</summary>
    public static Extent operator /(Extent a, Extent b) => Combine(a, b, static (x, y) => x / y);

    /// <summary>The integer remainder of two sizes.</summary>
    public static Extent operator %(Extent a, Extent b) => Combine(a, b, static (x, y) => x % y);

    private static Extent Combine(Extent a, Extent b, Func<long, long, long> operation) =>
        new(operation(a.Value, b.Value), operation(a.Base, b.Base), a.Scales || b.Scales);
}
