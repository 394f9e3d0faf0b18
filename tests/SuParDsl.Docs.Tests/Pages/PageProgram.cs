using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Tests;

namespace SuParDsl.Docs.Tests.Pages;

/// <summary>
/// The blocks of C# of a section, or of a whole page, as one program. Blocks that only declare types are files of their own; all
/// others are the program's statements, one after the other.
/// </summary>
/// <param name="Name">The section, for messages.</param>
/// <param name="Fences">Its blocks: <c>csharp</c> and <c>text</c>.</param>
internal sealed partial record PageProgram(string Name, ImmutableArray<Fence> Fences)
{
    private const char Mark = '\u0001';
    private const string PrintMark = "\nConsole.Write('\\u0001');\n";

    /// <summary>The programs of a page.</summary>
    public static IEnumerable<PageProgram> Of(string page, bool isOneProgram) => Fence.In(Documentation.Read(page))
        .Where(static fence => fence.Language is "csharp" or "text")
        .GroupBy(fence => isOneProgram ? page : fence.Section)
        .Where(static program => program.Any(static fence => fence.Language == "csharp"))
        .Select(static program => new PageProgram(program.Key, [.. program]));

    /// <summary>
    /// Compiles and, where there are statements, runs it. The <c>text</c> blocks with what they have to say: what the statements before
    /// each have printed, or, where the compiler has something to say, that.
    /// </summary>
    public IReadOnlyList<(Fence Fence, string Text)> Run()
    {
        var run = Harness.Generate(Compile());
        var texts = Fences.Where(static fence => fence.Language == "text").ToList();
        if (!run.Ours.IsEmpty)
        {
            var said = string.Join('\n', run.Ours.Select(Transcript));
            Assert.True(texts.Count == 1, $"{Name}: the compiler says what the page does not show in one ```text block:\n{said}");
            return [(texts[0], said)];
        }

        var main = MainOf(run);
        if (main is null)
        {
            Assert.True(texts.Count == 0, $"{Name}: nothing is run, and so nothing is printed");
            return [];
        }

        var printed = Print(main, []).Split(Mark);
        return [.. texts.Select((fence, i) => (fence, printed[i].TrimEnd('\n')))];
    }

    /// <summary>Compiles the program of a page, of whose output the page shows a part only; what it prints when it is run with arguments.</summary>
    public static Func<string[], string> Compiled(string page)
    {
        var fences = Fence.In(Documentation.Read(page)).Where(static fence => fence.Language == "csharp");
        var program = new PageProgram(page, [.. fences]);
        var run = Harness.Generate(program.Compile());
        Assert.Empty(run.Ours);
        var main = program.MainOf(run)!;
        return arguments => Print(main, arguments);
    }

    /// <summary>The statements as one file: directives first, and a mark where a block of output stands.</summary>
    private string Main()
    {
        var parts = Fences.Select(static fence => fence.Language == "text" ? PrintMark : HasStatements(fence.Text) ? fence.Text : string.Empty);
        var all = string.Join('\n', parts);
        var directives = Directive().Matches(all).Select(static match => match.Value).Distinct();
        return string.Join('\n', directives) + "\n" + Directive().Replace(all, string.Empty);
    }

    private CSharpCompilation Compile()
    {
        var code = Fences.Where(static fence => fence.Language == "csharp").Select(static fence => fence.Text).ToList();
        var hasMain = code.Any(HasStatements);
        string[] declarations = [.. code.Where(static text => !HasStatements(text))];
        var compilation = Harness.Compile(hasMain ? [.. declarations, Main()] : declarations);
        var kind = hasMain ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary;
        return compilation.WithOptions(compilation.Options.WithOutputKind(kind))
            .AddReferences(MetadataReference.CreateFromFile(typeof(SuParDsl.Lab.Lab).Assembly.Location));
    }

    private static bool HasStatements(string text) =>
        CSharpSyntaxTree.ParseText(text, Harness.ParseOptions).GetCompilationUnitRoot().Members.OfType<GlobalStatementSyntax>().Any();

    private static string Transcript(Diagnostic diagnostic) =>
        $"{diagnostic.Severity.ToString().ToLowerInvariant()} {diagnostic.Id}: {diagnostic.GetMessage(CultureInfo.InvariantCulture)}";

    /// <summary>The entry point of what was compiled; null where there is none.</summary>
    private MethodInfo? MainOf(Run run)
    {
        var errors = run.CSharp.ToList();
        Assert.True(errors.Count == 0, $"{Name}: {string.Join('\n', errors)}");
        using var stream = new MemoryStream();
        var result = run.Output.Emit(stream);
        Assert.True(result.Success, $"{Name}: {string.Join('\n', result.Diagnostics)}");
        return Assembly.Load(stream.ToArray()).EntryPoint;
    }

    private static string Print(MethodInfo main, string[] arguments)
    {
        var before = Console.Out;
        using var printed = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        Console.SetOut(printed);
        try
        {
            main.Invoke(null, main.GetParameters().Length == 0 ? null : [arguments]);
        }
        finally
        {
            Console.SetOut(before);
        }

        return printed.ToString();
    }

    [GeneratedRegex(@"^using (static )?[\w.]+;\n?", RegexOptions.Multiline)]
    private static partial Regex Directive();
}
