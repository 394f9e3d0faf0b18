using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SuParDsl.Generators.Parsing;
using SuParDsl.Generators.Parsing.Caching;

namespace SuParDsl.Generators.Tests;

/// <summary>What is cached between two keystrokes equals what would be read again.</summary>
public sealed class CacheTests
{
    private const string Off = "false";
    private const string Verify = "verify";

    private static readonly string[] Files =
    [
        """
        using App.Layers;

        namespace App;

        [Model]
        public partial class M([MuWidth(64)] int width, [Density] double rho = 1)
        {
            public B In { get; } = new(width, Sizes.Inner * width, rho);

            [Flow] Tensor Flow(Tensor x) => Scale.Half * (x | In);
        }
        """,
        """
        namespace App.Layers;

        [Block, Sparse(nameof(rho))]
        public partial class B([MuWidth] int width, [MuWidth] int inner, [Density] double rho)
        {
            public Linear Up { get; } = new(width, inner);
            public Linear Down { get; } = new(inner, width);

            [Flow] Tensor Flow(Tensor x) => x + (x | Up | Relu | Down);
        }
        """,
        "namespace App; public static class Sizes { public const int Inner = Deep.Value; }",
        "namespace App; public static class Deep { public const int Value = 4; }",
        "namespace App; public static class Scale { public const double Half = 0.5; }",
        "namespace Other; public class Elsewhere { }",
        """
        namespace App;

        [Model]
        public partial class R(RecordSize s)
        {
            public Linear In { get; } = new(s.Width, s.Inner);

            [Flow] Tensor Flow(Tensor x) => x | In;
        }
        """,
        "namespace App; public sealed record RecordSize([MuWidth(64)] int Width) { public int Inner => Deep.Value * Width; }",
    ];

    [Theory]
    [InlineData(5, "namespace Other; public class Elsewhere { int x; }", true)]
    [InlineData(5, "namespace Other; public class Another { }", true)]
    [InlineData(5, "namespace App; public class Elsewhere { }", true)]
    [InlineData(5, "namespace App.Linear; public class Elsewhere { }", false)]
    [InlineData(5, "namespace App.Layers; public class Linear { }", false)]
    [InlineData(5, "namespace App; public class B { }", false)]
    [InlineData(5, "namespace App.Layers; public partial class B { public RmsNorm Norm { get; } = new(3); }", false)]
    [InlineData(5, "global using Linear = System.String;", false)]
    [InlineData(5, "namespace App; public enum Scale { Half }", false)]
    [InlineData(4, "namespace App; public static class Scale { public const string Half = \"\"; }", false)]
    [InlineData(3, "namespace App; public static class Deep { public const int Value = 0; }", false)]
    [InlineData(2, "namespace App; public static class Sizes { public const int Inner = -1; }", false)]
    [InlineData(7, "namespace App; public sealed record RecordSize([MuWidth(64)] int Width) { public int Inner => 2 * Width; }",
        false)]
    [InlineData(7, "namespace App; public sealed record RecordSize([MuWidth(32)] int Width) { public int Inner => 4 * Width; }",
        false)]
    [InlineData(7, "namespace App; public sealed record RecordSize([MuWidth(0)] int Width) { public int Inner => 4 * Width; }",
        false)]
    [InlineData(7, "namespace App; public sealed record RecordSize(int Width, int Inner);", false)]
    [InlineData(1, "namespace App.Layers; public partial class B(int width, int inner, double rho);", false)]
    public void An_edit_gives_what_a_fresh_start_gives(int file, string text, bool same)
    {
        var first = Harness.Compile(Files);
        var before = Answer(first);
        var edited = first.Edit(file + 1, text);
        var expected = Answer(edited.WithAssemblyName("Fresh"));
        Assert.Equal(expected, Answer(edited));
        Assert.Equal(same, expected == before);
        Assert.Equal(before, Answer(edited.Edit(file + 1, Files[file])));
    }

    [Theory]
    [InlineData(5, "namespace Other; public class Elsewhere { int x; }")]
    [InlineData(5, "namespace App; public class B { }")]
    [InlineData(3, "namespace App; public static class Deep { public const int Value = 0; }")]
    [InlineData(7, "namespace App; public sealed record RecordSize([MuWidth(0)] int Width) { public int Inner => 4 * Width; }")]
    public void An_edit_gives_the_same_in_every_mode(int file, string text)
    {
        var first = Harness.Compile(Files);
        var edited = first.Edit(file + 1, text);
        var expected = Answer(edited.WithAssemblyName("Fresh"));
        foreach (var mode in new[] { Off, Verify })
        {
            Answer(first, mode);
            Assert.Equal(expected, Answer(edited, mode));
        }
    }

    public static TheoryData<string> Models => SnapshotTests.Names;

    /// <summary>The verifying mode reads again whatever the cache would have kept, and finds no difference.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void A_model_is_the_same_in_every_mode(string name)
    {
        // An assembly name of its own, because the cache is shared with the tests that run at the same time.
        var first = Harness.Compile(SnapshotTests.Source(name), "class Elsewhere { }").WithAssemblyName($"Modes{name}");
        var edited = first.Edit(2, "class Elsewhere { int x; }");
        var expected = Answer(first);
        foreach (var mode in new[] { null, Off, Verify })
        {
            Assert.Equal(expected, Answer(first, mode));
            Assert.Equal(expected, Answer(edited, mode));
        }

        Assert.Empty(CacheVerification.Faults(first));
        Assert.Empty(CacheVerification.Faults(edited));
        GC.KeepAlive(first);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("FALSE", false)]
    [InlineData("verify", false)]
    public void The_property_decides_whether_results_are_kept(string? value, bool kept)
    {
        var mode = CacheModes.Of(ProjectOptions.ParseCache(value));
        var first = Harness.Compile(Files).WithAssemblyName($"Kept{value}");
        var before = Read(first);
        Assert.Same(before, Read(first));
        Assert.Equal(kept, ReferenceEquals(before, Read(first.Edit(6, "namespace Other; public class Elsewhere { int x; }"))));
        GC.KeepAlive(first);

        ParseResult Read(CSharpCompilation compilation) =>
            BlockLibrary.Of(compilation, mode).Parse(compilation.GetTypeByMetadataName("App.M")!, CancellationToken.None);
    }

    /// <summary>A mistake in the rule by which results are kept, as a result that the class does not have.</summary>
    [Theory]
    [InlineData(null, false)]
    [InlineData(Verify, true)]
    public void The_verifying_mode_reports_a_result_that_is_out_of_date(string? value, bool found)
    {
        var options = ProjectOptions.ParseCache(value);
        var mode = CacheModes.Of(options);
        var first = Harness.Compile(Files).WithAssemblyName($"Planted{value}");
        var type = first.GetTypeByMetadataName("App.M")!;
        var right = BlockLibrary.Of(first, CacheMode.Off).Parse(type, CancellationToken.None);
        var planted = ParseCache.For(first, mode);
        planted.Add("App.M", type, right with { Model = right.Model! with { Name = "Stale" } });

        var edited = first.Edit(6, "namespace Other; public class Elsewhere { int x; }");
        var errors = Errors(edited);
        Assert.Equal(found ? 1 : 0, errors.Count);
        Assert.All(errors, static error =>
        {
            Assert.Equal("M", Harness.TextAt(error));
            Assert.Contains(
                "the parse cache held a result that is out of date: it differs in the emitted code",
                error.GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        });
        var emitted = string.Concat(Harness.Driver(options).RunGenerators(edited).GetRunResult().GeneratedTrees);
        Assert.Equal(!found, emitted.Contains("partial class Stale", StringComparison.Ordinal));

        // The error is about one compilation: the next one takes over what was read again.
        Assert.Empty(Errors(edited.Edit(6, Files[5])));
        GC.KeepAlive((planted, edited));

        List<Diagnostic> Errors(CSharpCompilation compilation)
        {
            var read = compilation.GetTypeByMetadataName("App.M")!;
            var result = BlockLibrary.Of(compilation, mode).Parse(read, CancellationToken.None);
            return [.. result.Diagnostics.Where(static d => d.Id == "SUP902")];
        }
    }

    // The compiler's server keeps a generator, and what it remembers, from build to build.
    [Fact]
    public void A_second_build_in_one_process_does_not_compare_options_that_cannot_be_compared()
    {
        var first = Build(Harness.Compile(Files));
        Assert.NotEmpty(Harness.Generate(first).Files);
        Assert.NotEmpty(Harness.Generate(Build(Harness.Compile(Files))).Files);
        GC.KeepAlive(first);

        static CSharpCompilation Build(CSharpCompilation compilation) =>
            compilation.WithAssemblyName("Built").WithOptions(compilation.Options.WithMetadataReferenceResolver(new Resolver()));
    }

    private static string Answer(CSharpCompilation compilation, string? mode = null)
    {
        var options = ProjectOptions.ParseCache(mode);
        var files = Harness.Driver(options).RunGenerators(compilation).GetRunResult().Results[0].GeneratedSources
            .Select(static file => file.SourceText.ToString());
        return string.Join("\n", files.Concat(Harness.Analyze(compilation, options.ForAnalyzers).Select(static d =>
            d.ToString()).Order(StringComparer.Ordinal)));
    }

    /// <summary>Options like those of the command-line compiler.</summary>
    private sealed class Resolver : MetadataReferenceResolver
    {
        public override bool Equals(object? other) => throw new NotImplementedException();

        public override int GetHashCode() => throw new NotImplementedException();

        public override ImmutableArray<PortableExecutableReference> ResolveReference(
            string reference, string? baseFilePath, MetadataReferenceProperties properties) => [];
    }
}
