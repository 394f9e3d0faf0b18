using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Layers;

/// <summary>Checks that a block can be repeated: the output of one block is the input of the next.</summary>
internal static class RepeatChecks
{
    /// <summary>
    /// Reports a block that changes its input's shape, or gives several tensors; false where it cannot be repeated.
    /// </summary>
    public static bool Check(DeclarationContext context, LayerProperty layer, BlockSummary block, Func<string, Polynomial?> size)
    {
        if (block.Outputs.Length > 1)
        {
            context.Findings.Add(
                Descriptors.RepeatChangesSize, layer.Location, layer.Name, block.Name,
                block.Inputs.Length == 1 ? "one tensor" : $"{Rational.Text(block.Inputs.Length)} tensors",
                $"{Rational.Text(block.Outputs.Length)} tensors");
            return false;
        }

        if (block.Inputs[0] is not { } input || block.Outputs[0] is not { } output)
        {
            return true;
        }

        var sizes = new Unifier();
        var rename = sizes.Renaming();
        var (takes, gives) = (input.Map(Place), output.Map(Place));
        var names = new List<string>();
        var (from, to) = (takes.InWords(names), gives.InWords(names));
        var common = Math.Min(takes.Rank, gives.Rank);
        var isSame = (takes.Lead != gives.Lead || takes.Rank == gives.Rank)
            && Enumerable.Range(1, common).All(distance => sizes.Unify(takes.FromEnd(distance), gives.FromEnd(distance)));
        if (!isSame)
        {
            context.Findings.Add(Descriptors.RepeatChangesSize, layer.Location, layer.Name, block.Name, from, to);
        }

        return isSame;

        Polynomial Place(Polynomial axis) => rename(axis.Substitute(size));
    }
}
