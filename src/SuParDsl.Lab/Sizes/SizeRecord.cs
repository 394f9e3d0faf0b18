using System.Reflection;
using SuParDsl.Lab.Data;

namespace SuParDsl.Lab.Sizes;

/// <summary>A model's record of sizes by the names of its properties.</summary>
internal static class SizeRecord
{
    /// <summary>A copy, whose properties may still be set.</summary>
    // What `with` calls: init-only properties of a record may be set on a fresh copy alone.
    public static TSize Copy<TSize>(TSize size) where TSize : class => (TSize)typeof(TSize).GetMethod("<Clone>$")!.Invoke(size, null)!;

    /// <summary>A copy with one size changed.</summary>
    public static TSize With<TSize>(TSize size, string property, object value) where TSize : class
    {
        var copy = Copy(size);
        Property<TSize>(property).SetValue(copy, value);
        return copy;
    }

    /// <summary>A copy with the sizes that follow from the data.</summary>
    public static TSize With<TSize>(TSize size, OpenData data) where TSize : class =>
        data.Sizes.Aggregate(size, static (size, given) => With(size, given.Key, given.Value));

    /// <summary>A whole-numbered size's value.</summary>
    public static int Int<TSize>(TSize size, string property) where TSize : class => (int)Property<TSize>(property).GetValue(size)!;

    /// <summary>The marks on the parameter that a property stands for, the model's or the record's own, and those on the property.</summary>
    public static IEnumerable<Attribute> Marks<TModel, TSize>(PropertyInfo property) =>
        typeof(TModel).GetConstructors().Concat(typeof(TSize).GetConstructors())
            .SelectMany(static constructor => constructor.GetParameters())
            .Where(parameter => parameter.Name!.Equals(property.Name, StringComparison.OrdinalIgnoreCase))
            .SelectMany(static parameter => parameter.GetCustomAttributes())
            .Concat(property.GetCustomAttributes());

    private static PropertyInfo Property<TSize>(string name) => typeof(TSize).GetProperty(name)
        ?? throw new ArgumentException(
            $"the data name the size '{name}', which {typeof(TSize).FullName} has not: name one of its properties with nameof");
}
