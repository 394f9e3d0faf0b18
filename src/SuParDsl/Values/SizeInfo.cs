using System.Globalization;

namespace SuParDsl;

/// <summary>One size of a model: its use, and how it is read from a record of sizes and replaced in one.</summary>
/// <typeparam name="TSize">The record of sizes.</typeparam>
public sealed class SizeInfo<TSize>
    where TSize : notnull
{
    private readonly Func<TSize, object?> get;
    private readonly Func<TSize, object?, TSize>? with;

    private SizeInfo(
        string name, SizeKind kind, long? @base, Type type, Func<TSize, object?> get, Func<TSize, object?, TSize>? with) =>
        (Name, Kind, Base, Type, this.get, this.with) = (name, kind, @base, type, get, with);

    /// <summary>The name of the property in the record of sizes.</summary>
    public string Name { get; }

    /// <summary>The use of the size.</summary>
    public SizeKind Kind { get; }

    /// <summary>The value in the base model; null if the size does not scale.</summary>
    public long? Base { get; }

    /// <summary>The type of the property.</summary>
    public Type Type { get; }

    /// <summary>Whether the size can be replaced, which a derived one cannot.</summary>
    public bool CanChange => with is not null;

    /// <summary>The value in a record of sizes.</summary>
    public object? Get(TSize size) => get(size);

    /// <summary>A copy of a record of sizes with another value.</summary>
    /// <param name="size">The record, which does not change.</param>
    /// <param name="value">The value. A number is converted to the property's type.</param>
    /// <exception cref="ArgumentException">The value is not of the property's type.</exception>
    /// <exception cref="InvalidOperationException">The size is derived.</exception>
    public TSize With(TSize size, object? value) => with is null
        ? throw new InvalidOperationException($"{Name} follows from other sizes: change those")
        : with(size, value);

    internal static SizeInfo<TSize> Of<T>(
        string name, SizeKind kind, long? @base, Func<TSize, T> get, Func<TSize, T, TSize>? with) => new(
        name, kind, @base, typeof(T), size => get(size),
        with is null ? null : (size, value) => with(size, Converted<T>(name, value)));

    private static T Converted<T>(string name, object? value)
    {
        if (value is T exact)
        {
            return exact;
        }

        if (value is null && default(T) is null)
        {
            return default!;
        }

        var type = Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T);
        return value is int or long or double && type.IsPrimitive
            ? (T)Convert.ChangeType(value, type, CultureInfo.InvariantCulture)
            : throw new ArgumentException($"{name} is {value ?? "null"}, but must be of type {type.Name}", nameof(value));
    }
}
