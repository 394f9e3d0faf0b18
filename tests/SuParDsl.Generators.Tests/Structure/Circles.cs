namespace SuParDsl.Generators.Tests.Structure;

/// <summary>Finds the circles of a graph, which are its strongly connected components with more than one node (Tarjan).</summary>
internal sealed class Circles
{
    private readonly ILookup<string, string> next;
    private readonly Dictionary<string, int> order = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> lowest = new(StringComparer.Ordinal);
    private readonly HashSet<string> open = new(StringComparer.Ordinal);
    private readonly Stack<string> path = new();
    private readonly List<IReadOnlyList<string>> found = [];

    private Circles(IEnumerable<Arrow> arrows) =>
        next = arrows.ToLookup(static arrow => arrow.From, static arrow => arrow.To, StringComparer.Ordinal);

    /// <summary>The circles, the largest first, each with its nodes in alphabetical order.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> In(IReadOnlyCollection<Arrow> arrows)
    {
        var circles = new Circles(arrows);
        foreach (var node in arrows.Select(static arrow => arrow.From).Distinct().Order(StringComparer.Ordinal))
        {
            if (!circles.order.ContainsKey(node))
            {
                circles.Visit(node);
            }
        }

        return [.. circles.found.OrderByDescending(static circle => circle.Count)
            .ThenBy(static circle => circle[0], StringComparer.Ordinal)];
    }

    private void Visit(string node)
    {
        order[node] = lowest[node] = order.Count;
        path.Push(node);
        open.Add(node);
        foreach (var target in next[node].Distinct())
        {
            if (!order.TryGetValue(target, out var visited))
            {
                Visit(target);
                lowest[node] = Math.Min(lowest[node], lowest[target]);
            }
            else if (open.Contains(target))
            {
                lowest[node] = Math.Min(lowest[node], visited);
            }
        }

        if (lowest[node] != order[node])
        {
            return;
        }

        var circle = new List<string>();
        do
        {
            circle.Add(path.Pop());
            open.Remove(circle[^1]);
        }
        while (circle[^1] != node);
        if (circle.Count > 1)
        {
            circle.Sort(StringComparer.Ordinal);
            found.Add(circle);
        }
    }
}
