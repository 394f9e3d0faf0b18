namespace SuParDsl.Generators.Sizes;

/// <summary>
/// Finds what unknown axes must be. An unknown axis is a name that starts with "?"; it is solved at its first use and
/// compared at every later one.
/// </summary>
internal sealed class Unifier
{
    private readonly Dictionary<string, Polynomial> solved = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Shape> extended = new(StringComparer.Ordinal);
    private int count;

    public Polynomial Fresh() => Polynomial.Name(FreshName());

    /// <summary>A fresh name for unknown leading axes.</summary>
    public string FreshLead() => FreshName();

    public Polynomial Resolve(Polynomial size)
    {
        // A solution may mention an axis that was solved later.
        while (size.Mentions(solved.ContainsKey))
        {
            size = size.Substitute(name => solved.TryGetValue(name, out var value) ? value : null);
        }

        return size;
    }

    public Shape Resolve(Shape shape)
    {
        while (shape.Lead is { } lead && extended.TryGetValue(lead, out var before))
        {
            shape = new(before.Lead, [.. before.Axes, .. shape.Axes], shape.IsImage);
        }

        return shape.Map(Resolve);
    }

    /// <summary>
    /// Makes two sizes equal. The result is false if they differ, and true if they are equal or nothing is known.
    /// </summary>
    public bool Unify(Polynomial a, Polynomial b)
    {
        (a, b) = (Resolve(a), Resolve(b));
        return a.Equals(b) || Solve(a, b) || Solve(b, a) || IsOpen(a) || IsOpen(b);
    }

    /// <summary>
    /// Gives a shape, and all shapes with its lead, at least <paramref name="rank"/> known axes. Returns null if the shape
    /// cannot have them.
    /// </summary>
    public Shape? WithRank(Shape shape, int rank)
    {
        shape = Resolve(shape);
        if (shape.Rank >= rank)
        {
            return shape;
        }

        if (shape.Lead is not { } lead)
        {
            return null;
        }

        extended.Add(lead, new(FreshLead(), [.. Enumerable.Range(0, rank - shape.Rank).Select(_ => Fresh())]));
        return Resolve(shape);
    }

    /// <summary>Gives a shape exactly <paramref name="rank"/> axes. Returns null if the shape cannot have them.</summary>
    public Shape? WithExactRank(Shape shape, int rank)
    {
        if (WithRank(shape, rank) is not { } enough || enough.Rank > rank)
        {
            return null;
        }

        if (enough.Lead is { } lead)
        {
            extended.Add(lead, new(null, []));
        }

        return Resolve(enough);
    }

    /// <summary>Whether a size depends on an axis that is not known.</summary>
    public bool IsUnknown(Polynomial size) => IsOpen(Resolve(size));

    /// <summary>Renames the unknown axes of a block's shapes, so that two uses of the block do not share them.</summary>
    public Func<Polynomial, Polynomial> Renaming()
    {
        var renamed = new Dictionary<string, Polynomial>(StringComparer.Ordinal);
        return size => size.Substitute(name =>
        {
            if (!IsFree(name))
            {
                return null;
            }

            if (!renamed.TryGetValue(name, out var fresh))
            {
                renamed.Add(name, fresh = Fresh());
            }

            return fresh;
        });
    }

    public static bool IsFree(string name) => name[0] == '?';

    private string FreshName() => "?" + Rational.Text(++count);

    private static bool IsOpen(Polynomial size) => size.Mentions(IsFree);

    private bool Solve(Polynomial a, Polynomial b)
    {
        if (a.Count != 1)
        {
            return false;
        }

        var factors = a.Terms.First().Key.Factors;
        var unknown = factors.Where(static f => IsFree(f.Name)).ToList();
        if (unknown.Count != 1 || unknown[0].Power is not (1 or -1) || b.Mentions(name => name == unknown[0].Name))
        {
            return false;
        }

        var name = Polynomial.Name(unknown[0].Name);
        solved.Add(unknown[0].Name, unknown[0].Power == 1 ? b / (a / name) : a * name / b);
        return true;
    }
}
