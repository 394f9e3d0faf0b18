using System.Globalization;
using System.Reflection;
using System.Text.Json;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Files;
using SuParDsl.Lab.Runs;

namespace SuParDsl.Lab.Sizes;

/// <summary>Reads and copies a model's record of sizes by the names of its properties.</summary>
internal static class SizeRecord
{
    /// <summary>A copy, whose properties may still be set.</summary>
    // This is the method that `with` calls. Init-only properties of a record may be set only on a new copy.
    public static TSize Copy<TSize>(TSize size)
        where TSize : class => (TSize)typeof(TSize).GetMethod("<Clone>$")!.Invoke(size, null)!;

    /// <summary>A copy with one size changed.</summary>
    public static TSize With<TSize>(TSize size, string property, object value) where TSize : class
    {
        var copy = Copy(size);
        Set(copy, Property<TSize>(property), value);
        return copy;
    }

    /// <summary>Sets a size of a new copy. A number is converted to the type of the property.</summary>
    public static void Set(object size, PropertyInfo property, object value) => property.SetValue(
        size, value is int or long or double && property.PropertyType != value.GetType() && property.PropertyType.IsPrimitive
            ? Convert.ChangeType(value, property.PropertyType, CultureInfo.InvariantCulture) : value);

    /// <summary>The properties that a user may set: those with a public setter.</summary>
    public static IEnumerable<PropertyInfo> Properties<TSize>() =>
        typeof(TSize).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(static property => property.SetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0);

    /// <summary>The text form of a size's type.</summary>
    /// <exception cref="UserException">The type has no text form.</exception>
    public static SizeType TypeOf<TModel, TSize>(PropertyInfo property, object? @default) =>
        SizeType.Of(
            property.PropertyType,
            Marks<TModel, TSize>(property).Any(static mark => mark is MuWidthAttribute or MuDepthAttribute),
            @default)
        ?? throw new UserException(
            $"the size {property.Name} of {typeof(TModel).Name} is of type {NameOf(property.PropertyType)}, "
            + "which neither options nor files can hold: "
            + "make it a number, a string, an enum or a list of these");

    /// <summary>Verifies that a model's sizes can be passed through the command line, files and other processes.</summary>
    /// <exception cref="UserException">A size is of an unsupported type, or is not read back as it was written.</exception>
    public static void RequireText<TModel, TSize>(TSize size) where TSize : class
    {
        foreach (var property in Properties<TSize>())
        {
            var value = property.GetValue(size);
            var type = TypeOf<TModel, TSize>(property, value);
            if (type.Text(value) is { } text && !(type.TryParse(text, out var back) && type.Text(back) == text))
            {
                throw new UserException(
                    $"the size {property.Name} of {typeof(TModel).Name} is {text}, "
                    + "which its type does not read back as the same value");
            }
        }

        try
        {
            var text = RunJson.Text(size);
            if (JsonSerializer.Deserialize<TSize>(text, RunJson.Options) is { } back && RunJson.Text(back) == text)
            {
                return;
            }

            throw new JsonException("they are not read back as they are written");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new UserException($"the sizes of {typeof(TModel).Name} cannot be kept in config.json: {OneLine.Of(e.Message)}");
        }
    }

    /// <summary>A copy with the sizes that follow from the data.</summary>
    public static TSize With<TSize>(TSize size, IReadOnlyDictionary<string, int> given) where TSize : class =>
        given.Aggregate(size, static (size, entry) => With(size, entry.Key, entry.Value));

    /// <summary>The value of an integer size.</summary>
    public static int Int<TSize>(TSize size, string property) where TSize : class =>
        Convert.ToInt32(Property<TSize>(property).GetValue(size), CultureInfo.InvariantCulture);

    /// <summary>
    /// The attributes of a property and of the constructor parameters of the same name, those of the model and of the record.
    /// </summary>
    public static IEnumerable<Attribute> Marks<TModel, TSize>(PropertyInfo property) =>
        typeof(TModel).GetConstructors().Concat(typeof(TSize).GetConstructors())
            .SelectMany(static constructor => constructor.GetParameters())
            .Where(parameter => parameter.Name!.Equals(property.Name, StringComparison.OrdinalIgnoreCase))
            .SelectMany(static parameter => parameter.GetCustomAttributes())
            .Concat(property.GetCustomAttributes());

    /// <summary>A type as C# writes it, without its namespace.</summary>
    private static string NameOf(Type type) => !type.IsGenericType ? type.Name
        : $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GenericTypeArguments.Select(NameOf))}>";

    private static PropertyInfo Property<TSize>(string name) => typeof(TSize).GetProperty(name)
        ?? throw new ArgumentException(
            $"the data name the size '{name}', which {typeof(TSize).FullName} does not have: "
            + "name one of its properties with nameof");
}
