using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>A flow whose names are bound to layers, operations and values.</summary>
/// <param name="File">Its file.</param>
/// <param name="Inputs">Its parameters.</param>
/// <param name="Steps">Its statements.</param>
/// <param name="Results">What it returns.</param>
/// <param name="Names">Its parameters and locals.</param>
internal sealed record FlowTree(
    SyntaxTree File, ImmutableArray<InputNode> Inputs, ImmutableArray<FlowStep> Steps, ImmutableArray<FlowNode> Results,
    ImmutableHashSet<string> Names)
{
    /// <summary>Every node of the statements, each once, after those that it is computed from.</summary>
    public IEnumerable<FlowNode> Nodes()
    {
        var seen = new HashSet<FlowNode>();
        return Steps.SelectMany(static step => step.Values).Concat(Results).SelectMany(value => Below(value, seen));
    }

    private static IEnumerable<FlowNode> Below(FlowNode node, HashSet<FlowNode> seen)
    {
        // A stack instead of recursion: an iterator inside each other costs a step for every level at every node.
        var pending = new Stack<(FlowNode Node, bool IsDone)>([(node, false)]);
        while (pending.Count > 0)
        {
            var (next, isDone) = pending.Pop();
            if (isDone)
            {
                yield return next;
            }
            else if (seen.Add(next))
            {
                pending.Push((next, true));
                for (var i = next.Inputs.Length - 1; i >= 0; i--)
                {
                    pending.Push((next.Inputs[i], false));
                }
            }
        }
    }
}
