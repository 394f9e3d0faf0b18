using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;
using SuParDsl.CodeFixes;

namespace SuParDsl.Generators.Tests;

/// <summary>Applies code fixes as an editor does, to one mistake or to all of a document.</summary>
internal static class FixHarness
{
    public static readonly ImmutableArray<FixProvider> Providers =
    [
        .. typeof(FixProvider).Assembly.GetTypes().Where(static t => !t.IsAbstract && t.IsSubclassOf(typeof(FixProvider)))
            .Select(static t => (FixProvider)Activator.CreateInstance(t)!),
    ];

    /// <summary>The document, its diagnostics and the actions offered for the first of them with an ID.</summary>
    public static (Document Document, ImmutableArray<Diagnostic> Diagnostics, List<CodeAction> Actions) Offers(
        AdhocWorkspace workspace, string source, string id)
    {
        var document = Open(workspace, source);
        var diagnostics = Diagnose(document).Where(d => d.Id == id)
            .OrderBy(static d => d.Location.SourceSpan.Start).ToImmutableArray();
        return (document, diagnostics, diagnostics.IsEmpty ? [] : Offers(document, diagnostics[0]));
    }

    public static List<CodeAction> Offers(Document document, Diagnostic diagnostic)
    {
        var actions = new List<CodeAction>();
        foreach (var provider in Providers.Where(p => p.FixableDiagnosticIds.Contains(diagnostic.Id)))
        {
            var context = new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), CancellationToken.None);
            provider.RegisterCodeFixesAsync(context).GetAwaiter().GetResult();
        }

        return actions;
    }

    /// <summary>The text after an action is applied to every diagnostic of its kind in the document.</summary>
    public static string ApplyToAll(Document document, CodeAction action, string id)
    {
        var provider = Providers.Single(p => p.FixableDiagnosticIds.Contains(id));
        var context = new FixAllContext(document, provider, FixAllScope.Document, action.EquivalenceKey!, [id], new Source(),
            CancellationToken.None);
        return Apply(document, provider.GetFixAllProvider().GetFixAsync(context).GetAwaiter().GetResult()!);
    }

    public static Document Open(AdhocWorkspace workspace, string source)
    {
        var run = Harness.Generate(source);
        var project = workspace.AddProject(ProjectInfo.Create(
            ProjectId.CreateNewId(), VersionStamp.Create(), "Tests", "Tests", LanguageNames.CSharp,
                parseOptions: Harness.ParseOptions,
            compilationOptions: run.Output.Options, metadataReferences: run.Output.References));
        project = project.AddDocument("Usings.cs", Harness.Usings).Project;
        foreach (var file in run.Files)
        {
            project = project.AddDocument(file.HintName, file.SourceText, filePath: file.HintName).Project;
        }

        return project.AddDocument("User.cs", SourceText.From(source));
    }

    public static ImmutableArray<Diagnostic> Diagnose(Document document)
    {
        var tree = document.GetSyntaxTreeAsync().GetAwaiter().GetResult();
        return [.. Harness.Analyze(document.Project.GetCompilationAsync().GetAwaiter().GetResult()!)
            .Where(d => d.Location.SourceTree == tree)];
    }

    /// <summary>The text after an action.</summary>
    public static string Apply(Document document, CodeAction action)
    {
        var operation = action.GetOperationsAsync(CancellationToken.None).GetAwaiter().GetResult()
            .OfType<ApplyChangesOperation>().Single();
        return operation.ChangedSolution.GetDocument(document.Id)!.GetTextAsync().GetAwaiter().GetResult().ToString();
    }

    private sealed class Source : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document,
            CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>(Diagnose(document));

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project,
            CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>([]);

        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project,
            CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>([]);
    }
}
