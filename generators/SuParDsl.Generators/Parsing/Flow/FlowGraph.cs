namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>Questions about how the values of a flow depend on each other.</summary>
internal static class FlowGraph
{
    /// <summary>
    /// The residual adds: those where one operand is the input stream or an earlier residual sum and the other is computed
    /// from the input, and whose result reaches the return value through such adds alone. Each maps to its branch.
    /// </summary>
    public static Dictionary<BinaryNode, FlowNode> ResidualAdds(IEnumerable<FlowNode> results)
    {
        var adds = new Dictionary<BinaryNode, FlowNode>();
        var branches = new Dictionary<BinaryNode, FlowNode?>();
        foreach (var result in results)
        {
            for (var value = result.Value; value is BinaryNode { Operator: '+' } add
                && BranchOfChain(add, branches) is { } branch;)
            {
                adds[add] = branch;
                value = (branch == add.Left ? add.Right : add.Left).Value;
            }
        }

        return adds;
    }

    /// <summary>The operand that is computed from the other one; null if neither is.</summary>
    public static FlowNode? BranchOf(FlowNode left, FlowNode right) =>
        DependsOn(right.Value, left.Value) ? right : DependsOn(left.Value, right.Value) ? left : null;

    // Values are shared through names, so each is visited once.
    private static FlowNode? BranchOfChain(BinaryNode add, Dictionary<BinaryNode, FlowNode?> known)
    {
        if (!known.TryGetValue(add, out var branch))
        {
            branch = IsStream(add.Left, known) && IsBranch(add.Right) ? add.Right
                : IsStream(add.Right, known) && IsBranch(add.Left) ? add.Left
                : null;
            known.Add(add, branch);
        }

        return branch;
    }

    private static bool IsStream(FlowNode node, Dictionary<BinaryNode, FlowNode?> known) =>
        node.Value is InputNode || (node.Value is BinaryNode { Operator: '+' } add && BranchOfChain(add, known) is not null);

    private static bool IsBranch(FlowNode node) => node.FromInput && node.Value is not InputNode;

    private static bool DependsOn(FlowNode node, FlowNode ancestor)
    {
        var seen = new HashSet<FlowNode>();
        var pending = new Stack<FlowNode>(node.Inputs);
        while (pending.Count > 0)
        {
            var value = pending.Pop().Value;
            if (value == ancestor)
            {
                return true;
            }

            if (seen.Add(value))
            {
                foreach (var input in value.Inputs)
                {
                    pending.Push(input);
                }
            }
        }

        return false;
    }
}
