using System.Collections.Immutable;
using System.Text;

namespace SuParDsl.Lab.Sizes;

/// <summary>
/// Lists of sizes: items separated by commas, as in a CSV file. Items with commas or quotation marks are in quotation marks.
/// </summary>
internal sealed partial record SizeType
{
    private const char Quote = '"';

    /// <summary>A list of items as text.</summary>
    public static string Joined(IReadOnlyList<string> items) => items.Count == 0 ? None
        : string.Join(',', items.Select(item => NeedsQuotes(item) || (items.Count == 1 && IsEmpty(item)) ? Quoted(item) : item));

    private static SizeType ListOf<T>(Type type, SizeType items) => new(
        items.HelpName + ",…",
        $"a list of items, separated by commas, each {items.Range}; or {None}",
        (string text, out object? value) =>
        {
            value = null;
            if (Split(text) is not { } parts)
            {
                return false;
            }

            var list = new List<T>(parts.Count);
            foreach (var part in parts)
            {
                if (!items.TryParse(part, out var item))
                {
                    return false;
                }

                list.Add((T)item!);
            }

            value = type.IsArray ? list.ToArray() : type == typeof(ImmutableArray<T>) ? list.ToImmutableArray()
                : type == typeof(ImmutableList<T>) ? list.ToImmutableList() : list;
            return true;
        },
        value => value is not IEnumerable<T> list || value is ImmutableArray<T> { IsDefault: true } ? null
            : list.Select(item => items.Text(item)).ToList() is var texts && texts.Contains(null) ? null : Joined(texts!));

    /// <summary>The item type of a list type; null if the type is not a list that can be created from its items.</summary>
    private static Type? ElementOf(Type type)
    {
        if (type.IsSZArray)
        {
            return type.GetElementType();
        }

        if (!type.IsGenericType || type.GenericTypeArguments is not [var element])
        {
            return null;
        }

        var isList = type == typeof(ImmutableArray<>).MakeGenericType(element)
            || type == typeof(ImmutableList<>).MakeGenericType(element)
            || type.IsAssignableFrom(typeof(List<>).MakeGenericType(element));
        return isList ? element : null;
    }

    /// <summary>The items of a list; null if a quotation mark is not closed.</summary>
    private static List<string>? Split(string text)
    {
        if (IsEmpty(text))
        {
            return [];
        }

        var items = new List<string>();
        var item = new StringBuilder();
        var isQuoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == Quote && isQuoted && i + 1 < text.Length && text[i + 1] == Quote)
            {
                item.Append(text[i++]);
            }
            else if (text[i] == Quote)
            {
                isQuoted = !isQuoted;
            }
            else if (text[i] == ',' && !isQuoted)
            {
                items.Add(item.ToString());
                item.Clear();
            }
            else
            {
                item.Append(text[i]);
            }
        }

        items.Add(item.ToString());
        return isQuoted ? null : items;
    }

    // This is also the text that an empty array in a JSON file is read as.
    private static bool IsEmpty(string text) => text.Length == 0 || text.Equals(None, StringComparison.OrdinalIgnoreCase);

    private static bool NeedsQuotes(string item) =>
        item.Contains(',', StringComparison.Ordinal) || item.Contains(Quote, StringComparison.Ordinal);

    private static string Quoted(string item) => $"{Quote}{item.Replace("\"", "\"\"", StringComparison.Ordinal)}{Quote}";
}
