using System.Collections.Immutable;

namespace SuParDsl.Generators.Sizes;

/// <summary>
/// A tensor's shape, whose last axes are known. An open shape may have any number of axes before them. Shapes with the same
/// lead have the same axes there.
/// </summary>
/// <param name="lead">The name of the unknown leading axes; null if there are none.</param>
/// <param name="axes">The known axes.</param>
/// <param name="isImage">Whether the axes are B C H W, so that features are not on the last one.</param>
internal sealed class Shape(string? lead, ImmutableArray<Polynomial> axes, bool isImage = false)
{
    private static readonly string[] FreeNames = ["T", "S", "R", "Q"];

    public string? Lead { get; } = lead;

    public ImmutableArray<Polynomial> Axes { get; } = axes;

    public bool IsImage { get; } = isImage;

    /// <summary>The distance from the end of the axis that holds features.</summary>
    public int Features => IsImage ? 3 : 1;

    public int Rank => Axes.Length;

    /// <summary>The axis at a distance from the end, 1 for the last one.</summary>
    public Polynomial FromEnd(int distance) => Axes[Axes.Length - distance];

    /// <summary>The shape with other last axes.</summary>
    public Shape With(int dropped, params Polynomial[] added) => new(Lead, [.. Axes.Take(Axes.Length - dropped), .. added]);

    public Shape Map(Func<Polynomial, Polynomial> change) => new(Lead, [.. Axes.Select(change)], IsImage);

    /// <summary>The shape with another size of its features.</summary>
    public Shape WithFeatures(Polynomial size) => new(Lead, Axes.SetItem(Rank - Features, size), IsImage);

    /// <summary>The shape as B C H W.</summary>
    public Shape AsImage() => new(Lead, Axes, isImage: true);

    /// <summary>
    /// The shape as people write it, "… T width". Shapes that are written with the same list use the same names for the
    /// same unknown axes.
    /// </summary>
    public string InWords(List<string>? names = null)
    {
        names ??= [];
        var axes = Axes.Select(axis => Identifiers.Replace(axis.ToString(), Named));
        return string.Join(" ", Lead is null ? axes : axes.Prepend("…"));

        string? Named(string name)
        {
            if (!Unifier.IsFree(name))
            {
                return null;
            }

            var index = names.IndexOf(name);
            if (index < 0)
            {
                index = names.Count;
                names.Add(name);
            }

            return FreeNames[Math.Min(index, FreeNames.Length - 1)];
        }
    }

    public override string ToString() => "[" + InWords() + "]";
}
