using System.Globalization;

namespace SuParDsl.Lab.Data.Documents;

/// <summary>One of the files, folders or patterns that <c>--data</c> names.</summary>
/// <param name="Path">The file, folder or pattern.</param>
/// <param name="Weight">
/// The fraction of the training windows that it contributes, relative to the others; null if none is given.
/// </param>
internal sealed record DataPart(string Path, double? Weight)
{
    /// <summary>
    /// Reads the value of <c>--data</c>: paths separated by commas, each with <c>:weight</c> after it if they are weighted. A
    /// path that exists is taken as it is, whatever characters it contains.
    /// </summary>
    /// <exception cref="UserException">A weight is missing or not a positive number.</exception>
    public static IReadOnlyList<DataPart> Parse(string data)
    {
        if (System.IO.Path.Exists(data))
        {
            return [new(data, null)];
        }

        DataPart[] parts = [.. data.Split(',', StringSplitOptions.TrimEntries).Select(One)];
        if (Array.Exists(parts, static part => part.Path.Length == 0))
        {
            throw new UserException($"--data is '{data}': a path is empty; write file,file or file:0.7,file:0.3");
        }

        if (parts.Select(static part => part.Weight is null).Distinct().Count() > 1)
        {
            throw new UserException(
                $"--data is '{data}': {Array.Find(parts, static part => part.Weight is null)!.Path} has no weight and "
                + "another path has one; give all of them a weight (file:0.7,file:0.3), or none to mix them by their lengths");
        }

        return parts.GroupBy(static part => part.Path).FirstOrDefault(static same => same.Count() > 1) is { } twice
            ? throw new UserException($"--data is '{data}': it names {twice.Key} twice; add the weights up instead")
            : parts;
    }

    private static DataPart One(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0 || System.IO.Path.Exists(text))
        {
            return new(text, null);
        }

        return double.TryParse(text[(colon + 1)..], CultureInfo.InvariantCulture, out var weight)
            && weight > 0
            && double.IsFinite(weight)
            ? new(text[..colon], weight)
            : throw new UserException(
                $"--data is '{text}': there is no such file, and '{text[(colon + 1)..]}' is not a weight, "
                + "which must be a positive number (file:0.7)");
    }
}
