using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SuParDsl.Generators.Tests;

/// <summary>What is cached between two keystrokes equals what would be read again.</summary>
public sealed class CacheTests
{
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
    [InlineData(
        7, "namespace App; public sealed record RecordSize([MuWidth(64)] int Width) { public int Inner => 2 * Width; }", false)]
    [InlineData(
        7, "namespace App; public sealed record RecordSize([MuWidth(32)] int Width) { public int Inner => 4 * Width; }", false)]
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

    // The compiler's server keeps a generator, and its cache, from build to build.
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

    private static string Answer(CSharpCompilation compilation)
    {
        var files = Harness.Driver()
            .RunGenerators(compilation)
            .GetRunResult().Results[0].GeneratedSources.Select(static file => file.SourceText.ToString());
        return string.Join("\n", files.Concat(Harness.Analyze(compilation).Select(static d =>
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
