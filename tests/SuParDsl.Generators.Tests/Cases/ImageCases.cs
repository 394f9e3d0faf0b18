namespace SuParDsl.Generators.Tests;

/// <summary>Cases about images, concatenated and split axes, masks and the attributes of tensors.</summary>
internal static class ImageCases
{
    public static DiagnosticCase[] All { get; } =
    [
        new("SUP101", "'B' maps 2·width → width but receives [T 4·width S R] (channels: 4·width ≠ 2·width; "
            + "write 4 * width for 'inputs' of 'B', or give it 2·width)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Conv2d A { get; } = new(width, 4 * width, 3, padding: 1);
                public Conv2d B { get; } = new(2 * width, width, 3, padding: 1);
                [Flow] Tensor Flow(Tensor x) => x | A | «B»;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Conv2d A { get; } = new(width, 4 * width, 3, padding: 1);
                public Conv2d B { get; } = new(4 * width, width, 3, padding: 1);
                [Flow] Tensor Flow(Tensor x) => x | A | B;
            }
            """),

        new("SUP103", "[T width 4 4] and [T width 7 7] cannot be combined with '*': 4 ≠ 7 on the width (make both sizes equal)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Conv2d A { get; } = new(width, width, 3, stride: 2, padding: 1);
                public Conv2d B { get; } = new(width, width, 1);
                [Flow] Tensor Flow([Shape("B", nameof(width), 7, 7)] Tensor x) => «(x | A) * (x | B)»;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Conv2d A { get; } = new(width, width, 3, stride: 2, padding: 1);
                public Conv2d B { get; } = new(width, width, 1, stride: 2);
                [Flow] Tensor Flow([Shape("B", nameof(width), 7, 7)] Tensor x) => (x | A) * (x | B);
            }
            """),

        new("SUP105", "Attention receives width/headDim (4 at the base) query heads and 3 key heads "
            + "(use a number of key heads that divides the number of query heads)",
            """
            [Model]
            public partial class M([MuWidth(256)] int width, int headDim = 64)
            {
                public Linear Q { get; } = new(width, width);
                public Linear K { get; } = new(width, 3 * headDim);
                [Flow] Tensor Flow(Tensor x) => «Attention((x | Q).Heads(headDim), (x | K).Heads(headDim), (x | K).Heads(headDim), causal: true)».Merge();
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width, int headDim = 64)
            {
                public Linear Q { get; } = new(width, width);
                public Linear K { get; } = new(width, width / 2);
                public Linear V { get; } = new(width, width / 2);
                [Flow] Tensor Flow(Tensor x) => Attention((x | Q).Heads(headDim), (x | K).Heads(headDim), (x | V).Heads(headDim), causal: true).Merge();
            }
            """),

        new("SUP109", "'A' has a kernel that spans 9, but the padded image has only 6 (use a smaller kernel or more padding)",
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                public Conv2d A { get; } = new(3, width, kernel: 5, padding: 1, dilation: 2);
                [Flow] Tensor Flow([Shape("B", 3, 4, 4)] Tensor x) => x | «A»;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                public Conv2d A { get; } = new(3, width, kernel: 5, padding: 4, dilation: 2);
                [Flow] Tensor Flow([Shape("B", 3, 4, 4)] Tensor x) => x | A;
            }
            """),

        new("SUP111", "'Head' acts on the last axis but receives [T width S R] (that axis is the width of an image: "
            + "put .Pool() or .Tokens() before it)",
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                public Conv2d Stem { get; } = new(3, width, kernel: 3, padding: 1);
                public Linear Head { get; } = new(width, 10);
                [Flow] Tensor Flow([Shape("B", 3, "H", "W")] Tensor x) => x | Stem | «Head»;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                public Conv2d Stem { get; } = new(3, width, kernel: 3, padding: 1);
                public Linear Head { get; } = new(width, 10);
                [Flow] Tensor Flow([Shape("B", 3, "H", "W")] Tensor x) => (x | Stem).Pool() | Head;
            }
            """),

        new("SUP111", "'Tokens' needs an image, B C H W, but receives [T S width] (call it on the output of a convolution)",
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                public Linear In { get; } = new(3, width);
                [Flow] Tensor Flow([Shape("B", "T", 3)] Tensor x) => (x | In).«Tokens»();
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                public Conv2d In { get; } = new(3, width, 1);
                [Flow] Tensor Flow([Shape("B", 3, "H", "W")] Tensor x) => (x | In).Tokens();
            }
            """),

        new("SUP112", "'Norm' normalizes the channels of B C H W but receives [T S·R width] "
            + "(use a LayerNorm, which normalizes the last axis)",
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                public Conv2d Stem { get; } = new(3, width, 1);
                public BatchNorm2d Norm { get; } = new(width);
                [Flow] Tensor Flow([Shape("B", 3, "H", "W")] Tensor x) => (x | Stem).Tokens() | «Norm»;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                public Conv2d Stem { get; } = new(3, width, 1);
                public BatchNorm2d Norm { get; } = new(width);
                [Flow] Tensor Flow([Shape("B", 3, "H", "W")] Tensor x) => (x | Stem | Norm).Tokens();
            }
            """),

        new("SUP112", "'Norm' normalizes the last axis but receives [T width S R] (use a BatchNorm2d, or .Tokens() before it)",
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                public Conv2d Stem { get; } = new(3, width, 1);
                public LayerNorm Norm { get; } = new(width);
                [Flow] Tensor Flow([Shape("B", 3, "H", "W")] Tensor x) => x | Stem | «Norm»;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                public Conv2d Stem { get; } = new(3, width, 1);
                public LayerNorm Norm { get; } = new(width);
                [Flow] Tensor Flow([Shape("B", 3, "H", "W")] Tensor x) => (x | Stem).Tokens() | Norm;
            }
            """),

        new("SUP116", "'Width' is not a size of 'M', but 'width' is (write nameof(width))",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear A { get; } = new(width, width);
                [Flow] Tensor Flow([Shape("B", «"Width"»)] Tensor x) => x | A;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear A { get; } = new(width, width);
                [Flow] Tensor Flow([Shape("B", nameof(width))] Tensor x) => x | A;
            }
            """),

        new("SUP101", "'Split' splits into 3·width in total but receives [… 2·width] (last axis: 2·width ≠ 3·width; "
            + "make its parts add up to 2·width)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear A { get; } = new(width, 2 * width);
                [Flow] Tensor Flow(Tensor x) { var (a, _) = (x | A).«Split»(width, 2 * width); return a; }
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear A { get; } = new(width, 2 * width);
                [Flow] Tensor Flow(Tensor x) { var (a, _) = (x | A).Split(width, width); return a; }
            }
            """),

        new("SUP016", "[Init] has no effect on 'N': only a layer with a weight matrix is initialized by the rule (remove it)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [«Init(Distribution = InitDistribution.Uniform)»] public RmsNorm N { get; } = new(width);
                public Weight W { get; } = new(width);
                public Dropout D { get; } = new(0.1);
                [Flow] Tensor Flow(Tensor x) => (x | N | D) + W;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Init(Zero = true)] public RmsNorm N { get; } = new(width);
                public Weight W { get; } = new(width);
                public Dropout D { get; } = new(0.1);
                [Flow] Tensor Flow(Tensor x) => (x | N | D) + W;
            }
            """),

        new("SUP016", "[Init] has no effect on 'W': it is initialized with zeros anyway (remove it)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public RmsNorm N { get; } = new(width);
                [«Init(Zero = true)»] public Weight W { get; } = new(width);
                public Dropout D { get; } = new(0.1);
                [Flow] Tensor Flow(Tensor x) => (x | N | D) + W;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public RmsNorm N { get; } = new(width);
                [Init(Zero = true)] public Weight W { get; } = new(width, Init.Ones);
                public Dropout D { get; } = new(0.1);
                [Flow] Tensor Flow(Tensor x) => (x | N | D) + W;
            }
            """),

        new("SUP016", "[Init] has no effect on 'D': only a layer with tensors of its own can start at zero (remove it)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public RmsNorm N { get; } = new(width);
                public Weight W { get; } = new(width);
                [«Init(Zero = true)»] public Dropout D { get; } = new(0.1);
                [Flow] Tensor Flow(Tensor x) => (x | N | D) + W;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public RmsNorm N { get; } = new(width);
                public Weight W { get; } = new(width);
                public Dropout D { get; } = new(0.1);
                [Flow] Tensor Flow(Tensor x) => (x | N | D) + W;
            }
            """),

        new("SUP016", "[NoDecay] has no effect on 'N': only a layer with a weight matrix has weight decay (remove it)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [«NoDecay»] public RmsNorm N { get; } = new(width);
                [Flow] Tensor Flow(Tensor x) => x | N;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [NoDecay] public Linear N { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | N;
            }
            """),

        new("SUP015", "'A' is marked [Init(Zero = true)] and given a distribution (remove one of them)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [«Init(Zero = true, Distribution = InitDistribution.Uniform)»] public Linear A { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | A;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Init(Zero = true)] public Linear A { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | A;
            }
            """),

        new("SUP209", "'A' keeps two of every four weights along its fan-in of 27, which is not a multiple of 4 "
            + "(change the size or the mask)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Sparse(0.5, Mask = «Mask.TwoFour»)] public Conv2d A { get; } = new(3, width, 3);
                [Flow] Tensor Flow(Tensor x) => x | A;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Sparse(0.5, Mask = Mask.TwoFour)] public Conv2d A { get; } = new(4 * width, width, 3);
                [Flow] Tensor Flow(Tensor x) => x | A;
            }
            """),

        new("SUP210", "'A' has density 0.25, but a mask that keeps two of every four weights has density 0.5 (write 0.5)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Sparse(«0.25», Mask = Mask.TwoFour)] public Linear A { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | A;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Sparse(0.5, Mask = Mask.TwoFour)] public Linear A { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | A;
            }
            """),

        new("SUP211", "'A' is masked in tiles of 16×16, but one of its sides is 100 (make it a multiple of 16)",
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                [Sparse(0.5, Mask = «Mask.Block16»)] public Linear A { get; } = new(width, 100);
                [Flow] Tensor Flow(Tensor x) => x | A;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                [Sparse(0.5, Mask = Mask.Block16)] public Linear A { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | A;
            }
            """),

        new("SUP308",
            "'W' has axes 0 to 1, of which [Fan] must name two, so its fan-in is not known (write [Fan(In = 1, Out = 0)])",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [«Fan(In = 2, Out = 0)»] public Weight W { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x * W;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Fan(In = 1, Out = 0)] public Weight W { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x * W;
            }
            """),

        new("SUP218", "'Mix' is a Conv2d, and only a Linear can be kept compressed (remove Storage)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Sparse(0.25, Storage = «Storage.Compressed»)]
                public Conv2d Mix { get; } = new(width, width, 3, padding: 1);
                [Flow] Tensor Flow(Tensor x) => x | Mix;
            }
            """,
            """
            [Block, Sparse(0.25, Storage = Storage.Compressed)]
            public partial class M([MuWidth] int width)
            {
                [Sparse(0.25, Storage = Storage.Masked)]
                public Conv2d Mix { get; } = new(width, width, 3, padding: 1);
                public Conv2d Again { get; } = new(width, width, 3, padding: 1);
                [Flow] Tensor Flow(Tensor x) => x | Mix | Again;
            }
            """),

        new("SUP209", "'Blocks.*.Up' keeps two of every four weights along its fan-in of width "
            + "(30 at the base), which is not a multiple of 4 (change the size or the mask)",
            """
            [Model]
            public partial class M([MuWidth(30)] int width)
            {
                [Sparse(0.5, Mask = «Mask.TwoFour»)]
                public Repeat<N> Blocks { get; } = new(2, () => new(width));
                [Flow] Tensor Flow(Tensor x) => x | Blocks;
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(32)] int width)
            {
                [Sparse(0.5, Mask = Mask.TwoFour)]
                public Repeat<N> Blocks { get; } = new(2, () => new(width));
                [Flow] Tensor Flow(Tensor x) => x | Blocks;
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP210", "'Up' has density 0.25, but a mask that keeps two of every four weights has density 0.5 (write 0.5)",
            """
            [Model, Sparse(0.25, Mask = «Mask.TwoFour», Method = SparsityMethod.Gmp)]
            public partial class M([MuWidth(32)] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Model, Sparse(0.5, Mask = Mask.TwoFour, Method = SparsityMethod.Gmp)]
            public partial class M([MuWidth(32)] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP211",
            "'Up' is masked in tiles of 16×16, but one of its sides is 3·width (72 at the base) (make it a multiple of 16)",
            """
            [Model, Sparse(0.25, Mask = «Mask.Block16», Method = SparsityMethod.Gmp)]
            public partial class M([MuWidth(24)] int width)
            {
                public Linear Up { get; } = new(width, 3 * width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Model, Sparse(0.25, Mask = Mask.Block16, Method = SparsityMethod.Gmp)]
            public partial class M([MuWidth(32)] int width)
            {
                public Linear Up { get; } = new(width, 3 * width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),
    ];
}
