using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using SuParDsl.Generators.Usage;

namespace SuParDsl.Generators.Tests;

/// <summary>
/// Compiles declarations as a user's project does: with the package's usings, the generator and the analyzers.
/// </summary>
internal static class Harness
{
    /// <summary>A text without white space, to compare code regardless of its line breaks.</summary>
    public static string Dense(string text) => string.Concat(text.Where(static c => !char.IsWhiteSpace(c)));

    public const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using SuParDsl;
        global using SuParDsl.Optimizers;
        global using static SuParDsl.FlowOps;
        global using TorchSharp;
        global using Tensor = TorchSharp.torch.Tensor;
        """;

    public static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.CSharp14, DocumentationMode.Diagnose);

    // As in every build, an engine may be compiled against an older framework.
    private static readonly Dictionary<string, ReportDiagnostic> UnifiedReferences = new()
    {
        ["CS1701"] = ReportDiagnostic.Suppress,
        ["CS1702"] = ReportDiagnostic.Suppress,
    };

    private static readonly Lazy<ImmutableArray<MetadataReference>> References = new(ReadReferences);

    public static string NanoGpt => Example("NanoGpt/Gpt");

    /// <summary>The declaration of one of the examples.</summary>
    public static string Example(string path) => File.ReadAllText(RepositoryRoot.File($"examples/{path}.cs"));

    /// <summary>A declaration that the runtime's tests train and compare.</summary>
    public static string Tested(string name) =>
        File.ReadAllText(RepositoryRoot.File($"tests/SuParDsl.Tests/Models/{name}.cs"));

    public static string Declaration(string name) =>
        File.ReadAllText(RepositoryRoot.File($"tests/SuParDsl.Generators.Tests/Declarations/{name}.cs"));

    /// <summary>The text that a diagnostic is on.</summary>
    public static string TextAt(Diagnostic diagnostic) => diagnostic.Location.SourceTree!.ToString()
        .Substring(diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length);

    public static CSharpCompilation Compile(params string[] sources) => Compile(NullableContextOptions.Enable, sources);

    public static CSharpCompilation Compile(NullableContextOptions nullable, params string[] sources) => CSharpCompilation.Create(
        "Tests",
        sources.Prepend(Usings).Select(static (source, i) => Parse(source, i)),
        References.Value,
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            nullableContextOptions: nullable,
            specificDiagnosticOptions: UnifiedReferences));

    /// <summary>The compilation with other text in a file; the usings are file 0.</summary>
    public static CSharpCompilation Edit(this CSharpCompilation compilation, int file, string source) =>
        compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[file], Parse(source, file));

    public static GeneratorDriver Driver(AnalyzerConfigOptionsProvider? options = null) => CSharpGeneratorDriver.Create(
        [new DeclarationGenerator().AsSourceGenerator()],
        parseOptions: ParseOptions,
        optionsProvider: options,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    public static Run Generate(params string[] sources) => Generate(Compile(sources));

    public static Run Generate(CSharpCompilation compilation)
    {
        var driver = Driver().RunGeneratorsAndUpdateCompilation(compilation, out var output, out var diagnostics);
        var result = driver.GetRunResult().Results.Single();
        if (result.Exception is { } exception)
        {
            throw new InvalidOperationException("the generator threw", exception);
        }

        return new((CSharpCompilation)output, [.. result.GeneratedSources], diagnostics);
    }

    /// <summary>Our diagnostics of mistakes in a compilation; suppressed ones are included and marked.</summary>
    public static ImmutableArray<Diagnostic> Analyze(Compilation compilation, AnalyzerOptions? options = null) =>
        [.. Everything(compilation, options).Where(static d => d.DefaultSeverity != DiagnosticSeverity.Hidden)];

    /// <summary>The information that we report about a compilation without mistakes.</summary>
    public static ImmutableArray<Diagnostic> Facts(Compilation compilation) =>
        [.. Everything(compilation, null).Where(static d => d.DefaultSeverity == DiagnosticSeverity.Hidden)];

    private static ImmutableArray<Diagnostic> Everything(Compilation compilation, AnalyzerOptions? options) => compilation
        .WithAnalyzers([new DeclarationAnalyzer(), new UsageAnalyzer()], new CompilationWithAnalyzersOptions(
            options ?? new AnalyzerOptions([]), null, concurrentAnalysis: true, logAnalyzerExecutionTime: false,
                reportSuppressedDiagnostics: true))
        .GetAnalyzerDiagnosticsAsync().GetAwaiter().GetResult();

    private static SyntaxTree Parse(string source, int file) =>
        CSharpSyntaxTree.ParseText(SourceText.From(source, Encoding.UTF8), ParseOptions, $"File{file}.cs");

    private static ImmutableArray<MetadataReference> ReadReferences()
    {
        using var reader = new StreamReader(typeof(Harness).Assembly.GetManifestResourceStream("FrameworkReferences.txt")!);
        var library = Assembly.Load("SuParDsl");
        var engine = library.GetType("SuParDsl.Layer", throwOnError: true)!.BaseType!.BaseType!.Assembly;
        return
        [
            .. reader.ReadToEnd().Split(['\n', '\r'],
                StringSplitOptions.RemoveEmptyEntries).Append(library.Location).Append(engine.Location)
                .Select(static path => MetadataReference.CreateFromFile(path)),
        ];
    }
}

/// <summary>A compilation after generation.</summary>
internal sealed record Run(CSharpCompilation Output, ImmutableArray<GeneratedSourceResult> Files,
    ImmutableArray<Diagnostic> Diagnostics)
{
    private ImmutableArray<Diagnostic>? ours;

    /// <summary>Our own diagnostics.</summary>
    public ImmutableArray<Diagnostic> Ours => ours ??= Harness.Analyze(Output);

    /// <summary>
    /// C#'s errors and warnings, in the user's files and the emitted ones, except those about the user's own documentation.
    /// </summary>
    public IEnumerable<Diagnostic> CSharp =>
        Output.GetDiagnostics().Where(static d => d.Severity >= DiagnosticSeverity.Warning && !d.IsSuppressed
        && !(d.Id == "CS1591" && d.Location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) == false));

    public string Text(string hint) => Files.Single(file => file.HintName == hint).SourceText.ToString();

    public bool IsStub(string hint) => Text(hint).Contains(" has errors: ", StringComparison.Ordinal);
}
