using System.Globalization;

namespace SuParDsl.Lab.Sweeps;

/// <summary>One of several equal parts of some work: <c>2/4</c> is the second of four.</summary>
/// <param name="Index">The number of the part, from 1.</param>
/// <param name="Count">The number of parts.</param>
internal sealed record Shard(int Index, int Count)
{
    /// <summary>The single part that holds all the work.</summary>
    public static Shard All { get; } = new(1, 1);

    /// <summary>Reads a part in the notation of <see cref="ToString"/>; null if the text is not one.</summary>
    public static Shard? Parse(string text) => text.Split('/') is [var first, var second]
        && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
        && int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
        && index >= 1 && index <= count
            ? new(index, count) : null;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index}/{Count}");

    /// <summary>Returns the items that belong to this part.</summary>
    public IEnumerable<T> Of<T>(IEnumerable<T> all) => all.Where((_, i) => i % Count == Index - 1);
}
