namespace SuParDsl.Generators.Tests.Mistakes;

/// <summary>Mistakes in declarations: their form, their sizes and their densities.</summary>
internal static class DeclarationMistakes
{
    private const string Flow = "[Flow] Tensor Flow(Tensor x) => x | Up;";

    private const string Up = "public Linear Up { get; } = new(width, width);";

    private const string Inner = """

        [Block]
        public partial class Mix([MuWidth] int width)
        {
            public Linear Up { get; } = new(width, width);
            [Flow] Tensor Flow(Tensor x) => x | Up;
        }
        """;

    public static MistakeGroup Form { get; } = new("Classes and layers",
    [
        new("[Block] public class Mine([MuWidth] int width)", $$"""
            [Block]
            public class Mine([MuWidth] int width)
            {
                {{Up}}
                {{Flow}}
            }
            """),
        new("[Model] … : torch.nn.Module<Tensor, Tensor>", $$"""
            [Model]
            public partial class Mine([MuWidth(256)] int width) : torch.nn.Module<Tensor, Tensor>("mine")
            {
                {{Up}}
                {{Flow}}
            }
            """),
        Block("public Linear Up = new(width, width);", Flow),
        Block("public Linear Up { get; set; } = new(width, width);", Flow),
        Block("public List<Mix> Blocks { get; } = [];", Up + " " + Flow),
        Block("public Repeat<Mix> Blocks { get; } = new(4, Make);",
            "private static Mix Make() => new(8); [Flow] Tensor Flow(Tensor x) => x | Blocks;"),
        Block("public TorchSharp.Modules.Linear Up { get; } = torch.nn.Linear(8, 8);", Flow),
        Block("public Linear Relu { get; } = new(width, width);", "[Flow] Tensor Flow(Tensor x) => x | Relu;"),
        Block("public Linear Gate { get; } = new(width, width);", Up + " " + Flow, "Gate is not used: "),
        Block(Up, string.Empty, "no [Flow]: "),
    ]);

    public static MistakeGroup Sizes { get; } = new("Sizes and widths",
    [
        Model("[MuWidth] int width", Up),
        Model("[MuWidth(256)] int width = 512", Up),
        Model("[MuWidth(256)] double width", "public Linear Up { get; } = new(8, 8);"),
        Net("public Linear Up { get; } = new(width, 1024); … Down { get; } = new(1024, width);",
            "public Linear Up { get; } = new(width, 1024); public Linear Down { get; } = new(1024, width);",
            "x | Up | Relu | Down"),
        Net("Up: 4 * width → width, given width", "public Linear Up { get; } = new(4 * width, width);", "x | Up"),
        Net("x + (x | Up), Up: width → 2 * width", "public Linear Up { get; } = new(width, 2 * width);", "x + (x | Norm | Up)"),
        Net("(x | Up) * x, Up: width → 2 * width", "public Linear Up { get; } = new(width, 2 * width);", "(x | Norm | Up) * x"),
        new("[Shape(\"B\", nameof(tokens), nameof(width))], given ⌊image/patch⌋² positions", """
            [Model]
            public partial class Mixer([MuWidth(64)] int width, int image = 28, int patch = 4, int tokens = 49)
            {
                public Conv2d    Cut { get; } = new(1, width, kernel: patch, stride: patch);
                public Positions Mix { get; } = new(tokens, width);

                [Flow] Tensor Flow([Shape("B", 1, nameof(image), nameof(image))] Tensor x) => (x | Cut).Tokens() | Mix;
            }

            [Block]
            public partial class Positions(int tokens, [MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow([Shape("B", nameof(tokens), nameof(width))] Tensor x) => x | Up;
            }
            """),
        Net("Attention(q.Heads(headDim), k.Heads(heads), …)", "public Linear Qkv { get; } = new(width, 3 * width);",
            "var (q, k, v) = (x | Qkv).Split(3); "
            + "return Attention(q.Heads(headDim), k.Heads(groups), v.Heads(groups), causal: true).Merge()"),
        Net("x.Heads(heads)", "public Linear Qkv { get; } = new(width, 3 * width);",
            "var (q, k, v) = (x | Qkv).Split(3); "
            + "return Attention(q.Heads(heads), k.Heads(heads), v.Heads(heads), causal: true).Merge()"),
        Net("public Linear Up { get; } = new(width, width / 3);", "public Linear Up { get; } = new(width, width / 3);", "x | Up"),
        Net("(x | Up) / width | Head", "public Linear Head { get; } = new(width, 10);", "x / width | Head"),
        Net("new Mix(n: 4 * width), int n", "public Plain Up { get; } = new(4 * width);", "x", """

            [Block]
            public partial class Plain(int n)
            {
                public Linear Up { get; } = new(n, n);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),
    ]);

    public static MistakeGroup Densities { get; } = new("Densities",
    [
        Sparse("[Density] float density", "[Sparse(nameof(density))]"),
        Sparse("[Density] int density", "[Sparse(nameof(density))]"),
        Sparse("[Density] double density", "[Sparse(\"dens\")]"),
        Sparse("[Density] double density", "", "no [Sparse]: "),
        Sparse("[Density] double density = 90", "[Sparse(nameof(density))]"),
        Sparse("[Density] double density = 1 / 4", "[Sparse(nameof(density))]"),
        Sparse("[Density] double sparsity", "[Sparse(nameof(sparsity))]"),
        Sparse("int n", "[Sparse(1.5)]"),
        Block("[Sparse(0.25)] public LayerNorm Up { get; } = new(width);", Flow),
        Block("[Init(Gain = 0)] public Linear Up { get; } = new(width, width);", Flow),
        Net("[Sparse(0.25)] public Linear Head { get; } = new(width, 10);",
            "[Sparse(0.25)] public Linear Head { get; } = new(width, 10);", "x | Head"),
    ]);

    private static Mistake Block(string wrong, string rest, string before = "") => new(before + wrong, $$"""
        [Block]
        public partial class Mine([MuWidth] int width)
        {
            {{wrong}}
            {{rest}}
        }
        {{Inner}}
        """);

    private static Mistake Model(string parameters, string layer) => new($"[Model] … ({parameters})", $$"""
        [Model]
        public partial class Mine({{parameters}})
        {
            {{layer}}
            {{Flow}}
        }
        """);

    private static Mistake Sparse(string parameter, string mark, string before = "") => new(
        before + (mark.Length == 0 ? parameter : parameter == "int n" ? mark : $"{parameter} … {mark}"), $$"""
        [Block]
        public partial class Mine([MuWidth] int width, {{parameter}})
        {
            {{mark}}
            {{Up}}
            {{Flow}}
        }
        """);

    private static Mistake Net(string written, string layers, string flow, string others = "") => new(written, $$"""
        [Model]
        public partial class Mine([MuWidth(256)] int width, int headDim = 32, int heads = 8, int groups = 16)
        {
            public Linear    In   { get; } = new(3, width);
            public LayerNorm Norm { get; } = new(width);
            {{layers}}

            [Flow] Tensor Flow(Tensor input)
            {
                var x = input | In | Norm;
                {{(flow.StartsWith("var", StringComparison.Ordinal) ? flow : "return " + flow)}};
            }
        }
        {{others}}
        """);
}
