using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Tests;

/// <summary>
/// Tests what the generator reads from a referenced assembly's metadata alone: layer types with a contract, records of
/// sizes, and blocks.
/// </summary>
public sealed class OtherAssemblyTests
{
    private const string Library = """
        namespace Library;

        [Contract("... in -> ... out", Weight = "out in", FanIn = "in", Bias = "out")]
        public sealed class Own : torch.nn.Module<Tensor, Tensor>
        {
            public Own(int @in, int @out, bool bias = true) : base(nameof(Own)) => Sizes = (@in, @out, bias);

            public (int, int, bool) Sizes { get; }

            public override Tensor forward(Tensor input) => input;
        }

        public sealed record Sizes([MuWidth(64)] int Width, [property: Density] double Rho = 1)
        {
            public int Hidden => 4 * Width;
        }

        [Block, Sparse(nameof(s.Rho))]
        public partial class Feed(Sizes s)
        {
            public Linear Up { get; } = new(s.Width, s.Hidden);
            public Linear Down { get; } = new(s.Hidden, s.Width);

            [Flow] Tensor Flow(Tensor x) => x | Up | Relu | Down;
        }
        """;

    [Fact]
    public void A_contract_is_read_from_metadata()
    {
        var run = Use("""
            [Model]
            public partial class M([MuWidth(64)] int width, [Density] double rho = 1)
            {
                [Sparse(nameof(rho))] public Library.Own Up { get; } = new(width, 4 * width, bias: false);
                public Library.Own Head { get; } = new(@in: 4 * width, 10);

                [Flow] Tensor Flow(Tensor x) => x | Up | Relu | Head;
            }
            """);

        Assert.Empty(run.CSharp);
        Assert.Empty(run.Ours);
        var text = run.Text("M.g.cs");
        const string Stated =
            "Stated(Up, weight: [(4 * width), width], fanIn: width, fanOut: (4 * width), bias: [(4 * width)], options: "
            + "new() { Density = rho });";
        Assert.Contains(Harness.Dense(Stated), Harness.Dense(text), StringComparison.Ordinal);
        Assert.Contains("Up.weight    hidden  4·width × width", text, StringComparison.Ordinal);
        Assert.Contains("Head.weight  output  10 × 4·width", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_shapes_are_checked()
    {
        var run = Use("""
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Library.Own Up { get; } = new(width, 4 * width);
                public Library.Own Down { get; } = new(3 * width, width);

                [Flow] Tensor Flow(Tensor x) => x | Up | Down;
            }
            """);

        Assert.Equal("SUP101", Assert.Single(run.Ours).Id);
        Assert.True(run.IsStub("M.g.cs"));
    }

    [Fact]
    public void A_record_of_sizes_and_a_block_that_takes_it_are_read_from_metadata()
    {
        var run = Use("""
            [Model]
            public partial class M(Library.Sizes s)
            {
                public Linear In { get; } = new(10, s.Width);
                public Library.Feed Up { get; } = new(s with { Rho = s.Rho / 2 });

                [Flow] Tensor Flow(Tensor x) => x | In | Up;
            }
            """);

        Assert.Empty(run.CSharp);
        Assert.Empty(run.Ours);
        Assert.Contains(
            "Up.Declare(scope.Child(\"Up\"), width, new global::SuParDsl.TensorDensity(rho.Value / 2, rho.Base / 2));",
            run.Text("M.g.cs"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_derived_size_of_metadata_is_no_formula()
    {
        var run = Use("""
            [Model]
            public partial class M(Library.Sizes s)
            {
                [Sparse(nameof(s.Rho))] public Linear Up { get; } = new(s.Width, s.Hidden);

                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """);

        Assert.Equal("SUP020", Assert.Single(run.Ours).Id);
    }

    private static Run Use(string source)
    {
        var library = Harness.Generate(Harness.Compile(Library).WithAssemblyName("Library")).Output;
        using var image = new MemoryStream();
        var result = library.Emit(image);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics));
        return Harness.Generate(Harness.Compile(source).AddReferences(MetadataReference.CreateFromImage(image.ToArray())));
    }
}
