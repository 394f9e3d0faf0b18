using System.Globalization;

namespace SuParDsl.Lab.Sizes;

/// <summary>Reads and replaces sizes by the names that data give them.</summary>
internal static class SizesByName
{
    /// <summary>A copy with the sizes that follow from the data.</summary>
    public static TSize With<TSize>(this SizeList<TSize> sizes, TSize size, IReadOnlyDictionary<string, int> given)
        where TSize : class =>
        given.Aggregate(size, (current, entry) => sizes.Named(entry.Key).With(current, entry.Value));

    /// <summary>The value of an integer size.</summary>
    public static int Int<TSize>(this SizeList<TSize> sizes, TSize size, string name) where TSize : class =>
        Convert.ToInt32(sizes.Named(name).Get(size), CultureInfo.InvariantCulture);

    private static SizeInfo<TSize> Named<TSize>(this SizeList<TSize> sizes, string name) where TSize : class =>
        sizes.Find(name) ?? throw new ArgumentException(
            $"the data name the size '{name}', which {typeof(TSize).FullName} does not have: "
            + "name one of its properties with nameof");
}
