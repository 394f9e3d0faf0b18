using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Flow;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Building;

/// <summary>Writes the documentation of an emitted class: what was understood of it, in plain words.</summary>
internal static class TypeDocs
{
    /// <summary>Whether the user's documentation has a tag already. An editor would show a second one beside it.</summary>
    public static bool HasTag(ImmutableArray<TypeDeclarationSyntax> parts, string tag) => parts.Any(part =>
    {
        var text = part.GetLeadingTrivia().ToFullString();
        return text.Contains("<" + tag) || text.Contains("<inheritdoc");
    });

    public static string Summary(DeclarationContext context) =>
        $"A {(context.Kind == DeclarationKind.Model ? "model" : "block")} whose other half is generated.";

    public static string Remarks(DeclarationContext context, ParsedFlow? flow)
    {
        var sentences = new List<string>();
        if (flow is not null && flow.Shapes.Outputs.All(static shape => shape is not null))
        {
            sentences.Add($"Maps {flow.InWords(static _ => string.Empty)}.");
        }

        Add("Scales with", context.Parameters.Where(static p => p.Scales)
            .Select(static p => p.Base is { } value ? $"{p.Name} ({Rational.Text(value)} at the base)" : p.Name));
        Add("Sparse by", context.Parameters.Where(static p => p.IsDensity).Select(static p => p.Name));
        var residuals = flow is null ? 0 : FlowGraph.ResidualAdds(flow.Tree.Results).Count;
        if (residuals > 0)
        {
            sentences.Add($"Residual adds: {Rational.Text(residuals)}, their branches scaled where depth scales.");
        }

        sentences.Add("The table at the top of the generated file lists its tensors.");
        return string.Join("\n", sentences);

        void Add(string what, IEnumerable<string> names)
        {
            var list = string.Join(", ", names);
            if (list.Length > 0)
            {
                sentences.Add($"{what} {list}.");
            }
        }
    }
}
