using System.Collections;
using System.Collections.Immutable;

namespace SuParDsl;

/// <summary>
/// The sizes of a model in the order of its parameters. Emitted code builds the list, so that programs can list, read and replace
/// sizes without reflection.
/// </summary>
/// <typeparam name="TSize">The record of sizes.</typeparam>
public sealed class SizeList<TSize> : IReadOnlyList<SizeInfo<TSize>>
    where TSize : notnull
{
    private readonly ImmutableArray<SizeInfo<TSize>> items;

    private SizeList(ImmutableArray<SizeInfo<TSize>> items) => this.items = items;

    /// <summary>The list without sizes.</summary>
    public static SizeList<TSize> Empty { get; } = new([]);

    /// <summary>The number of sizes.</summary>
    public int Count => items.Length;

    /// <summary>The size at a position.</summary>
    public SizeInfo<TSize> this[int index] => items[index];

    /// <summary>The size of a name; null if there is none.</summary>
    public SizeInfo<TSize>? Find(string name) => items.FirstOrDefault(size => size.Name == name);

    /// <summary>Adds a size that scales with width.</summary>
    public SizeList<TSize> Width<T>(string name, long @base, Func<TSize, T> get, Func<TSize, T, TSize> with) =>
        Add(name, SizeKind.Width, @base, get, with);

    /// <summary>Adds a number of blocks that scales with depth.</summary>
    public SizeList<TSize> Depth<T>(string name, long @base, Func<TSize, T> get, Func<TSize, T, TSize> with) =>
        Add(name, SizeKind.Depth, @base, get, with);

    /// <summary>Adds a number of blocks that does not scale.</summary>
    public SizeList<TSize> Blocks<T>(string name, Func<TSize, T> get, Func<TSize, T, TSize> with) =>
        Add(name, SizeKind.Blocks, null, get, with);

    /// <summary>Adds a whole number that does not scale.</summary>
    public SizeList<TSize> Fixed<T>(string name, Func<TSize, T> get, Func<TSize, T, TSize> with) =>
        Add(name, SizeKind.Fixed, null, get, with);

    /// <summary>Adds a density.</summary>
    public SizeList<TSize> Density<T>(string name, Func<TSize, T> get, Func<TSize, T, TSize> with) =>
        Add(name, SizeKind.Density, null, get, with);

    /// <summary>Adds the base initial standard deviation.</summary>
    public SizeList<TSize> InitStd<T>(string name, Func<TSize, T> get, Func<TSize, T, TSize> with) =>
        Add(name, SizeKind.InitStd, null, get, with);

    /// <summary>Adds a multiplier of the flow.</summary>
    public SizeList<TSize> Multiplier<T>(string name, Func<TSize, T> get, Func<TSize, T, TSize> with) =>
        Add(name, SizeKind.Multiplier, null, get, with);

    /// <summary>Adds the rule.</summary>
    public SizeList<TSize> Rule<T>(string name, Func<TSize, T> get, Func<TSize, T, TSize> with) =>
        Add(name, SizeKind.Rule, null, get, with);

    /// <summary>Adds a value of another type or use.</summary>
    public SizeList<TSize> Other<T>(string name, Func<TSize, T> get, Func<TSize, T, TSize> with) =>
        Add(name, SizeKind.Other, null, get, with);

    /// <summary>Adds a number that follows from the other sizes.</summary>
    public SizeList<TSize> Derived<T>(string name, Func<TSize, T> get) => Add(name, SizeKind.Derived, null, get, null);

    /// <inheritdoc/>
    public IEnumerator<SizeInfo<TSize>> GetEnumerator() => items.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private SizeList<TSize> Add<T>(string name, SizeKind kind, long? @base, Func<TSize, T> get, Func<TSize, T, TSize>? with) =>
        new(items.Add(SizeInfo<TSize>.Of(name, kind, @base, get, with)));
}
