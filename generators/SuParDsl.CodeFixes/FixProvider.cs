using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace SuParDsl.CodeFixes;

/// <summary>Offers fixes that are edits of text; each can be applied to a document, a project or a solution at once.</summary>
public abstract class FixProvider : CodeFixProvider
{
    private readonly ImmutableArray<(DiagnosticDescriptor Descriptor, Func<SyntaxNode, Diagnostic, IEnumerable<Fix>> Find)> table;

    private protected FixProvider(
        params (DiagnosticDescriptor Descriptor, Func<SyntaxNode, Diagnostic, IEnumerable<Fix>> Find)[] table) =>
            this.table = [.. table];

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds => [.. table.Select(static row => row.Descriptor.Id)];

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root)
        {
            return;
        }

        foreach (var diagnostic in context.Diagnostics)
        {
            var node = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            foreach (var fix in table.Where(row => row.Descriptor.Id == diagnostic.Id)
                .SelectMany(row => row.Find(node, diagnostic)))
            {
                var key = $"{diagnostic.Id}: {fix.Key ?? fix.Title}";
                context.RegisterCodeFix(
                    CodeAction.Create(fix.Title, token => Apply(context.Document, fix, token), key), diagnostic);
            }
        }
    }

    private static async Task<Solution> Apply(Document document, Fix fix, CancellationToken cancellation)
    {
        var target = (fix.Tree is null ? null : document.Project.Solution.GetDocument(fix.Tree)) ?? document;
        var text = await target.GetTextAsync(cancellation).ConfigureAwait(false);
        return document.Project.Solution.WithDocumentText(target.Id, text.WithChanges(fix.Changes));
    }
}
