using System.Collections.Immutable;

namespace SuParDsl.Generators.Sizes;

/// <summary>A tensor's axes, last ones known; where it is open, any number of axes may come before them.</summary>
internal sealed class Shape(bool isOpen, ImmutableArray<Polynomial> axes)
{
    private static readonly string[] FreeNames = ["T", "S", "R", "Q"];

    public bool IsOpen { get; } = isOpen;

    public ImmutableArray<Polynomial> Axes { get; } = axes;

    public int Rank => Axes.Length;

    /// <summary>The axis at a distance from the end, 1 for the last one.</summary>
    public Polynomial FromEnd(int distance) => Axes[Axes.Length - distance];

    public Shape With(int dropped, params Polynomial[] added) => new(IsOpen, [.. Axes.Take(Axes.Length - dropped), .. added]);

    public Shape Map(Func<Polynomial, Polynomial> change) => new(IsOpen, [.. Axes.Select(change)]);

    /// <summary>As people write it, "… T width".</summary>
    public string InWords()
    {
        var names = new List<string>();
        return string.Join(" ", (IsOpen ? ["…"] : Array.Empty<string>()).Concat(Axes.Select(axis => Identifiers.Replace(axis.ToString(), Named))));

        string? Named(string name)
        {
            if (name[0] != '?')
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
