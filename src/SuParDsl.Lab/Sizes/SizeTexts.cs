using System.Text.Json;
using SuParDsl.Lab.Files;
using SuParDsl.Lab.Runs;

namespace SuParDsl.Lab.Sizes;

/// <summary>Verifies that a model's sizes can be written as text, which options, files and other processes need.</summary>
internal static class SizeTexts
{
    /// <summary>The text form of a size's type.</summary>
    /// <exception cref="UserException">The type has no text form.</exception>
    public static SizeType TypeOf<TModel, TSize>(SizeInfo<TSize> info, object? @default) where TSize : notnull =>
        SizeType.Of(info.Type, info.Kind is SizeKind.Width or SizeKind.Depth, @default)
        ?? throw new UserException(
            $"the size {info.Name} of {typeof(TModel).Name} is of type {NameOf(info.Type)}, "
            + "which neither options nor files can hold: "
            + "make it a number, a string, an enum or a list of these");

    /// <summary>Verifies that a model's sizes can be passed through the command line, files and other processes.</summary>
    /// <exception cref="UserException">A size is of an unsupported type, or is not read back as it was written.</exception>
    public static void Require<TModel, TSize>(TSize size)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        foreach (var info in TModel.Sizes.Where(static info => info.CanChange))
        {
            var value = info.Get(size);
            var type = TypeOf<TModel, TSize>(info, value);
            if (type.Text(value) is { } text && !(type.TryParse(text, out var back) && type.Text(back) == text))
            {
                throw new UserException(
                    $"the size {info.Name} of {typeof(TModel).Name} is {text}, "
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

    /// <summary>A type as C# writes it, without its namespace.</summary>
    private static string NameOf(Type type) => !type.IsGenericType ? type.Name
        : $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GenericTypeArguments.Select(NameOf))}>";
}
