using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Emitting;
using SuParDsl.Generators.Model;

namespace SuParDsl.Generators.Tests;

/// <summary>A mistake in one class, or in its name, does not affect another class.</summary>
public sealed class OneBadClassTests
{
    private const string Good = """

        [Model]
        public partial class Good([MuWidth(64)] int width)
        {
            public Linear Up { get; } = new(8, width);
            [Flow] Tensor Flow(Tensor x) => x | Up;
        }

        public static class Use
        {
            public static MuTable Table() => new Good(Good.Base with { Width = 128 }, seed: 1).MuTable;
        }
        """;

    private const string Body = """
        ([MuWidth] int width)
        {
            public Linear Up { get; } = new(width, width);
            [Flow] Tensor Flow(Tensor x) => x | Up;
        }
        """;

    [Theory]
    [InlineData("[Block] file partial class Bad" + Body, "SUP003", "")]
    [InlineData("file partial class Outer { [Block] public partial class Bad" + Body + "}", "SUP003", "")]
    [InlineData("[Block] public partial class Declare" + Body, "SUP019", "")]
    [InlineData("[Block] public partial class Bad" + Body + "[Block] public partial class Bad;", "", "CS0579")]
    [InlineData(
        "[Block] public partial class Bad" + Body + "[Block] public partial class Bad" + Body,
        "SUP011", "CS0102 CS0111 CS0229 CS0579 CS8863")]
    [InlineData("[Block] public partial class Bad([MuWidth] int width, ref int x);", "SUP021", "CS9113")]
    public void A_bad_class_does_not_affect_the_others(string bad, string ours, string csharp)
    {
        var run = Harness.Generate(bad + Good);
        Assert.Contains(run.Files, static file => file.HintName == "Good.g.cs");
        Assert.False(run.IsStub("Good.g.cs"));
        Assert.Equal(ours, string.Join(" ", run.Ours.Select(static d => d.Id)));
        Assert.Equal(csharp, string.Join(" ", run.CSharp.Select(static d => d.Id).Distinct().Order(StringComparer.Ordinal)));
    }

    /// <summary>Names that Windows, macOS or a file system with names of 255 bytes would confuse or refuse.</summary>
    [Fact]
    public void Every_class_has_a_file_of_its_own_on_every_disk()
    {
        var longName = new string('L', 500);
        string[] classes =
        [
            "B", "b", "CON", "nul", "Lpt1", "@class", "@event", "@record", "@file", "@extension", "Überlänge", "überlänge",
            "ÜBERLÄNGE", "\u00e9t\u00e9", "e\u0301te\u0301", "名前", "ß", "ſ", "K", "\u212a", "ı", "İ", "_", "__", longName,
            longName + "1", longName.ToLowerInvariant(),
        ];
        var declared = string.Concat(
            classes.Where(static name => name != "_").Select(static name => $"[Block] public partial class {name}{Body}\n"));
        var run = Harness.Generate(
            $$"""
            {{declared}}
            namespace App { [Block] public partial class M{{Body}} }
            namespace App { public partial class Outer<T> { [Block] public partial class M{{Body}} } }
            namespace app { [Block] public partial class M{{Body}} }
            namespace app { public partial class outer<T> { [Block] public partial class M{{Body}} } }
            namespace App { public partial class outer<T> { [Block] public partial class M{{Body}} } }
            namespace App { public partial class Outer { [Block] public partial class M{{Body}} } }
            namespace Prn.Aux { [Block] public partial class M{{Body}} }
            namespace {{longName}}s.{{longName}} { [Block] public partial class M{{Body}} [Block] public partial class m{{Body}} }
            """);

        Assert.Empty(run.Ours);
        Assert.DoesNotContain(run.CSharp, static d => d.Severity == DiagnosticSeverity.Error);
        var names = run.Files.Select(static file => file.HintName).ToList();
        Assert.Equal(classes.Length - 1 + 9, names.Count);
        Assert.Equal(names.Count, names.Select(static name => name.Normalize().ToUpperInvariant()).Distinct().Count());
        Assert.All(names, static name => Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(name), 1, 140));
        Assert.All(names, static name => Assert.DoesNotMatch("^(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])\\.", name));
        Assert.All(names, static name => Assert.Matches("^[A-Za-z0-9_.+`]+\\.g\\.cs$", name));
    }

    [Fact]
    public void A_file_is_named_after_its_class()
    {
        var run =
            Harness.Generate($"namespace App.Nets {{ public partial class Outer {{ [Block] public partial class M{Body} }} }}");
        Assert.Equal(["App.Nets.Outer+M.g.cs"], run.Files.Select(static file => file.HintName));
    }

    [Fact]
    public void An_exception_is_one_diagnostic_on_its_class()
    {
        var compilation = Harness.Compile("[Block] public partial class Bad" + Body, Good);
        var run = Harness.Generate(compilation.WithOptions(compilation.Options.WithSourceReferenceResolver(new Broken())));
        Assert.Equal(["Good.g.cs"], run.Files.Select(static file => file.HintName));
        var fault = Assert.Single(run.Ours);
        Assert.Equal(("SUP902", "Bad"), (fault.Id, Harness.TextAt(fault)));
        Assert.Equal(
            "SuParDsl failed to read 'Bad', which is a bug in SuParDsl: "
                + "FormatException: File1.cs is beyond it (report it with this class; all other classes are generated)",
            fault.GetMessage(CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_result_is_not_made_of_a_cancelled_reading() => Assert.Throws<OperationCanceledException>(static () =>
        Fault.Contain<int>(static () => throw new OperationCanceledException(), static _ => 0));

    [Fact]
    public void An_error_in_printing_is_reported_for_its_file()
    {
        var result = Harness.Driver().RunGenerators(Harness.Compile(Good)).GetRunResult().Results[0];
        var model = (DeclarationModel)result.TrackedSteps[TrackingNames.Models].Single().Outputs.Single().Value;
        var bad =
            model with { Forward = model.Forward! with { Statements = ImmutableArray.Create<FlowStatement>(new Unknown()) } };

        var file = EmittedFile.Of(bad);
        Assert.Equal(new("Good.g.cs", "Good", string.Empty, "InvalidOperationException: Unknown cannot be printed"), file);
        Assert.Null(EmittedFile.Of(model).Fault);
        var type = Harness.Compile(Good).Assembly.GetTypeByMetadataName(file.Type);
        var fault = Fault.Report(type, file.Fault!);
        Assert.Equal(("SUP902", "File1.cs"), (fault.Id, fault.Location.SourceTree!.FilePath));
    }

    /// <summary>A stack overflow would end the compiler, and no class would get its half.</summary>
    [Theory]
    [InlineData("x", " + x", 3000)]
    [InlineData("x", " | Up", 20000)]
    [InlineData("x | Up", "", 0)]
    public void Deep_expressions_are_refused(string first, string next, int count)
    {
        var run = Harness.Generate($$"""
            #pragma warning disable SUP120
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width{{string.Concat(Enumerable.Repeat(" + 1", count == 0 ? 400 : 0))}});
                [Flow] Tensor Flow(Tensor x) => {{first}}{{string.Concat(Enumerable.Repeat(next, count))}};
            }
            """ + Good);
        var found = Assert.Single(run.Ours);
        Assert.Equal("SUP021", found.Id);
        Assert.Contains(
            "nests more than 250 expressions", found.GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        Assert.Equal(["Good.g.cs"], run.Files.Select(static file => file.HintName));
    }

    [Fact]
    public void Long_pipes_are_read()
    {
        var run = Harness.Generate("#pragma warning disable SUP122\n[Block] public partial class M"
            + Body.Replace("x | Up", "x" + string.Concat(Enumerable.Repeat(" | Up | Relu", 120)), StringComparison.Ordinal));
        Assert.Empty(run.CSharp);
        Assert.Empty(run.Ours.Where(static d => !d.IsSuppressed));
    }

    /// <summary>Sizes of a record that depend on one another, as deep as the stack.</summary>
    [Fact]
    public void Long_chains_of_sizes_are_refused()
    {
        var run = Harness.Generate($$"""
            public sealed record Sizes([MuWidth(64)] int Width, int S0)
            {
                {{string.Concat(Enumerable.Range(1, 3000).Select(static i => $"public int S{i} => S{i - 1} + 1;\n"))}}
            }

            [Block]
            public partial class Bad(Sizes s)
            {
                public Linear Up { get; } = new(s.Width, s.S3000);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """ + Good);
        var found = Assert.Single(run.Ours);
        Assert.Equal("SUP021", found.Id);
        Assert.Contains(
            "depends on a chain of more than 250 other sizes",
            found.GetMessage(CultureInfo.InvariantCulture),
            StringComparison.Ordinal);
        Assert.Equal(["Good.g.cs"], run.Files.Select(static file => file.HintName));
    }

    private sealed record Unknown : FlowStatement;

    /// <summary>
    /// A file naming that fails for one file where a declaration is read, in a way that nothing foresees.
    /// </summary>
    private sealed class Broken : SourceReferenceResolver
    {
        public override bool Equals(object? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => 0;

        public override string? NormalizePath(string path, string? baseFilePath) =>
            path == "File1.cs" && Environment.StackTrace.Contains("SuParDsl.Generators.Parsing.", StringComparison.Ordinal)
                ? throw new FormatException(path + "\n is beyond it")
                : path;

        public override string? ResolveReference(string path, string? baseFilePath) => null;

        public override Stream OpenRead(string resolvedPath) => throw new NotSupportedException();
    }
}
