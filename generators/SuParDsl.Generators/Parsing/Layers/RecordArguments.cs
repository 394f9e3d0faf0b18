using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Syntax;

namespace SuParDsl.Generators.Parsing.Layers;

/// <summary>
/// Reads the record of sizes that is passed to a block: the class's own, <c>s</c>; a changed one,
/// <c>s with { Width = 2 * s.Width }</c>; or a new one, <c>new MlpSize(width, 4 * width)</c>.
/// </summary>
internal static class RecordArguments
{
    public static void Read(
        DeclarationContext context, ArgumentReader reader, BlockSummary block, SizeRecord record, ExpressionSyntax argument)
    {
        var sizes = SizesOf(block);
        var (source, changes) = Taken(argument);
        if (source is BaseObjectCreationExpressionSyntax { Initializer: null } creation)
        {
            if (ArgumentReader.Bind(creation, [.. sizes.Select(static size => size.Name)]) is not { } given)
            {
                reader.Break();
                return;
            }

            foreach (var size in sizes)
            {
                reader.ReadParameter(block, size, Change(size) ?? (given.TryGetValue(size.Name, out var value) ? value : null));
            }
        }
        else if (source is IdentifierNameSyntax name && name.Identifier.ValueText == context.Record?.Name
            && context.Record.Type == record.Type)
        {
            foreach (var size in sizes)
            {
                if (Change(size) is { } changed)
                {
                    reader.ReadParameter(block, size, changed);
                }
                else if (context.Find(size.Name) is { } own)
                {
                    reader.Pass(block, own);
                }
            }
        }
        else
        {
            var own = context.Record?.Type == record.Type ? $"{context.Record.Name}, {context.Record.Name} with {{ … }} or "
                : string.Empty;
            context.Findings.Add(
                Descriptors.UnreadableRecord, argument.GetLocation(), record.Name, block.Name,
                $"is passed '{UserSyntax.OneLine(argument)}', whose sizes cannot be read",
                $"write {own}new {record.TypeName}(…)");
            reader.Break();
        }

        ExpressionSyntax? Change(Parameter size) => changes.TryGetValue(size.Name, out var value) ? value : null;
    }

    /// <summary>The expressions that the argument states, by the sizes that they are for.</summary>
    public static IEnumerable<(Parameter Size, ExpressionSyntax Value)> Stated(BlockSummary block, ExpressionSyntax argument)
    {
        var (source, changes) = Taken(argument);
        var sizes = SizesOf(block);
        var given = source is BaseObjectCreationExpressionSyntax creation
            ? ArgumentReader.Bind(creation, [.. sizes.Select(static size => size.Name)]) : null;
        foreach (var size in sizes)
        {
            if (changes.TryGetValue(size.Name, out var value) || given?.TryGetValue(size.Name, out value) == true)
            {
                yield return (size, value!);
            }
        }
    }

    private static List<Parameter> SizesOf(BlockSummary block) =>
        [.. block.Parameters.Where(static parameter => parameter.IsOfRecord)];

    private static (ExpressionSyntax Source, Dictionary<string, ExpressionSyntax> Changes) Taken(ExpressionSyntax argument) =>
        UserSyntax.Unwrap(argument) switch
        {
            WithExpressionSyntax with => (UserSyntax.Unwrap(with.Expression), Changes(with)),
            var other => (other, []),
        };

    private static Dictionary<string, ExpressionSyntax> Changes(WithExpressionSyntax with)
    {
        var changes = new Dictionary<string, ExpressionSyntax>(StringComparer.Ordinal);
        foreach (var assignment in with.Initializer.Expressions.OfType<AssignmentExpressionSyntax>())
        {
            changes[assignment.Left.ToString()] = assignment.Right;
        }

        return changes;
    }
}
