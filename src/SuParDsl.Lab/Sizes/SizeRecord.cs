using System.Reflection;

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
        typeof(TSize).GetProperty(property)!.SetValue(copy, value);
        return copy;
    }

    /// <summary>A whole-numbered size's value.</summary>
    public static int Int<TSize>(TSize size, string property) where TSize : class => (int)typeof(TSize).GetProperty(property)!.GetValue(size)!;

    /// <summary>The marks on the parameter that a property stands for, the model's or the record's own, and those on the property.</summary>
    public static IEnumerable<Attribute> Marks<TModel, TSize>(PropertyInfo property) =>
        typeof(TModel).GetConstructors().Concat(typeof(TSize).GetConstructors())
            .SelectMany(static constructor => constructor.GetParameters())
            .Where(parameter => parameter.Name!.Equals(property.Name, StringComparison.OrdinalIgnoreCase))
            .SelectMany(static parameter => parameter.GetCustomAttributes())
            .Concat(property.GetCustomAttributes());
}
