using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace SuParDsl.Benchmarks;

/// <summary>A generator with its own project. It receives one edit after the other, as from an editor.</summary>
internal sealed class GeneratorSubject
{
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.CSharp14);
    private static int projects;

    private readonly Func<ISourceGenerator> create;
    private readonly MetadataReference[] references;
    private CSharpCompilation compilation;
    private GeneratorDriver driver;
    private GeneratorDriver earlier;
    private int edits;

    public GeneratorSubject(Func<ISourceGenerator> create, MetadataReference[] references)
    {
        (this.create, this.references) = (create, references);
        compilation = Project();
        driver = earlier = Driver().RunGenerators(compilation);
    }

    /// <summary>The number of files that the last run printed again.</summary>
    public int Emitted => driver == earlier ? 0 : Sources(driver).Except(Sources(earlier)).Count();

    /// <summary>Reads and emits a project that the generator has not seen before.</summary>
    public Action Cold()
    {
        var (fresh, cold) = (Project(), Driver());
        earlier = cold;
        return () => driver = cold.RunGenerators(fresh);
    }

    /// <summary>The same compilation once more.</summary>
    public Action Again() => () => Run(compilation);

    /// <summary>A keystroke in a file without models.</summary>
    public Action EditElsewhere() => Edit(GeneratorProject.Elsewhere, GeneratorProject.Ordinary(++edits));

    /// <summary>A keystroke in a comment of the large model.</summary>
    public Action EditComment() => Edit(GeneratorProject.Model, GeneratorProject.LargeModel(0, $" // {++edits}"));

    /// <summary>A keystroke in the flow of the large model.</summary>
    public Action EditModel() => Edit(GeneratorProject.Model, GeneratorProject.LargeModel(++edits, string.Empty));

    /// <summary>Reading the text is the compiler's work, and is not measured.</summary>
    private Action Edit(int file, string text)
    {
        var tree = compilation.SyntaxTrees[file];
        compilation = compilation.ReplaceSyntaxTree(tree, Parse(text, tree.FilePath));
        return () => Run(compilation);
    }

    private void Run(CSharpCompilation next)
    {
        earlier = driver;
        driver = driver.RunGenerators(next);
    }

    private static IEnumerable<SourceText> Sources(GeneratorDriver driver) =>
        driver.GetRunResult().Results
            .Where(static result => !result.GeneratedSources.IsDefault)
            .SelectMany(static result => result.GeneratedSources).Select(static source => source.SourceText);

    private GeneratorDriver Driver() => CSharpGeneratorDriver.Create([create()], parseOptions: ParseOptions);

    private CSharpCompilation Project() => CSharpCompilation.Create(
        FormattableString.Invariant($"Project{++projects}"),
        GeneratorProject.Files().Select(static (text, i) => Parse(text, FormattableString.Invariant($"File{i}.cs"))),
        references,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    private static SyntaxTree Parse(string text, string path) =>
        CSharpSyntaxTree.ParseText(SourceText.From(text), ParseOptions, path);
}
