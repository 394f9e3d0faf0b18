using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Layers;

/// <summary>The index by which a <c>Repeat</c> builds its blocks: the <c>i</c> of <c>i => new(width, i % 2 == 0)</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Creation">The construction of a block.</param>
internal sealed record RepeatIndex(string Name, BaseObjectCreationExpressionSyntax Creation)
{
    /// <summary>The index of a factory; null if it has none.</summary>
    public static RepeatIndex? Of(LambdaExpressionSyntax make, BaseObjectCreationExpressionSyntax creation) => make switch
    {
        SimpleLambdaExpressionSyntax { Parameter.Identifier.ValueText: var name } => new(name, creation),
        ParenthesizedLambdaExpressionSyntax { ParameterList.Parameters: [{ Identifier.ValueText: var name }] } =>
            new(name, creation),
        _ => null,
    };

    /// <summary>Reports an index that changes sizes or tensors, or that hides another name; false if it does.</summary>
    public bool Check(DeclarationContext context, LayerProperty layer, BlockSummary block)
    {
        if (context.Find(Name) is not null || context.Unique(Name) != Name)
        {
            Report("which is also another name of the class", "rename the index");
            return false;
        }

        foreach (var parameter in Uses(block))
        {
            if (parameter.IsExtent)
            {
                Report(
                    $"which changes the size '{parameter.Name}' of {block.Name}",
                    "all blocks must have the same sizes: use the index for flags, densities and other values only");
                return false;
            }

            if (block.Tensors.Any(tensor => tensor.OnlyIf is { } flag && Identifiers.In(flag).Contains(parameter.Name)))
            {
                Report(
                    $"which changes whether {block.Name} has all of its tensors, by '{parameter.Name}'",
                    "all blocks must have the same tensors: declare two Repeats");
                return false;
            }
        }

        return true;

        void Report(string what, string remedy) => context.Findings.Add(
            Descriptors.IndexChangesBlocks, Creation.GetLocation(), layer.Location, [layer.Name, Name, what, remedy]);
    }

    /// <summary>The name as C#, if a density of the blocks depends on it.</summary>
    public string? NameInDensities(BlockSummary block) =>
        Uses(block).Any(static parameter => parameter.IsDensity) ? UserSyntax.Escape(Name) : null;

    private IEnumerable<Parameter> Uses(BlockSummary block)
    {
        foreach (var bound in ArgumentReader.Bind(Creation, block.Names) ?? [])
        {
            var (name, argument) = (bound.Key, bound.Value);
            if (name == block.Record?.Name)
            {
                foreach (var (size, value) in RecordArguments.Stated(block, argument).Where(stated => Reads(stated.Value)))
                {
                    yield return size;
                }
            }
            else if (Reads(argument) && block.Parameters.FirstOrDefault(parameter => parameter.Name == name) is { } parameter)
            {
                yield return parameter;
            }
        }
    }

    private bool Reads(ExpressionSyntax argument) =>
        argument.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(IsIndex);

    private bool IsIndex(IdentifierNameSyntax name) => name.Identifier.ValueText == Name
        && (name.Parent is not MemberAccessExpressionSyntax access || access.Name != name);
}
