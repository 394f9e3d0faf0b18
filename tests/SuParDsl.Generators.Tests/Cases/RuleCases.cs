namespace SuParDsl.Generators.Tests;

/// <summary>Cases about state, roles, hand-made multipliers and numbers.</summary>
internal static class RuleCases
{
    public static DiagnosticCase[] All { get; } =
    [
        new("SUP115",
            "[Shape] states 784, but the input goes into 'Up', which takes input (512 at the base) (write nameof(input))",
            """
            [Model]
            public partial class M([MuWidth(64)] int width, int input = 512)
            {
                public Linear Up { get; } = new(input, width);
                [Flow] Tensor Flow([Shape("B", «784»)] Tensor x) => x | Up;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(64)] int width, int input = 512)
            {
                public Linear Up { get; } = new(input, width);
                [Flow] Tensor Flow([Shape("B", nameof(input))] Tensor x) => x | Up;
            }
            """),

        new("SUP122", "'Up' is used twice, so both uses share its weights and its gradient is the sum of both "
            + "(declare a second layer, unless sharing is intended)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up | Relu | «Up»;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                public Linear Down { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up | Relu | Down;
            }
            """),

        new("SUP123", "'Up' returns 2 tensors, which a pipe cannot deconstruct (write: var (a, b) = Up.call(x);)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public N Up { get; } = new(width);
                [Flow] Tensor Flow(Tensor x) => x | «Up»;
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] (Tensor A, Tensor B) Flow(Tensor x) => (x | Up, x);
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public N Up { get; } = new(width);
                [Flow] Tensor Flow(Tensor x)
                {
                    var (a, b) = Up.call(x);
                    return a * b;
                }
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] (Tensor A, Tensor B) Flow(Tensor x) => (x | Up, x);
            }
            """, CSharp: "CS0019"),

        new("SUP132", "'factor' may change after the model is built, but what 'M' declares is fixed from then on "
            + "(make it a parameter of 'M', or a Weight if it is learned)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                private double factor = 2;
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => «factor» * (x | Up);
                public void Scale() => factor = 3;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                private const double Factor = 2;
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => Factor * (x | Up);
            }
            """),

        new("SUP132", "'DateTime.Now' may change after the model is built, but what 'M' declares is fixed from then on "
            + "(make it a parameter of 'M', or a Weight if it is learned)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => «DateTime.Now».Hour * (x | Up);
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => 2.0 * (x | Up);
            }
            """),

        new("SUP132", "'training' may change after the model is built, but what 'M' declares is fixed from then on "
            + "(make it a parameter of 'M', or a Weight if it is learned)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => (x | Up) * («training» ? 0.5 : 1.0);
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => (x | Up) * 0.5;
            }
            """),

        new("SUP132", "'this.Shift' may change after the model is built, but what 'M' declares is fixed from then on "
            + "(make it a parameter of 'M', or a Weight if it is learned)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                public Tensor Shift { get; } = torch.ones(1);
                [Flow] Tensor Flow(Tensor x) => (x | Up) + «this.Shift»;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                public Weight Shift { get; } = new(width);
                [Flow] Tensor Flow(Tensor x) => (x | Up) + Shift;
            }
            """),

        new("SUP132", "'Wide' may change after the model is built, but what 'M' declares is fixed from then on "
            + "(make it a parameter of 'M', or a Weight if it is learned)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                private static int Wide = 4;
                public Linear Up { get; } = new(width, «Wide» * width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
                public static void Widen() => Wide = 8;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                private const int Wide = 4;
                public Linear Up { get; } = new(width, Wide * width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP207", "'Up' is marked [Sparse] but maps width → 10 and so is a readout, which the published rule keeps dense "
            + "(remove [Sparse], or suppress this to scale it by its effective fan-in)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [«Sparse(0.5)»] public Linear Up { get; } = new(width, 10);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, 10);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP208", "'Up' keeps 0.0078125 of a fan-in of 256 at the base: about 2 weights per output, "
            + "so some outputs keep none (raise the density or the base width)",
            """
            [Model]
            public partial class M([MuWidth(256)] int width)
            {
                [«Sparse(1 / 128.0)»] public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width)
            {
                [Sparse(1 / 32.0)] public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP305", "1024 is fixed, but 'hidden' of 'Feed' scales and is the output of 'In.weight', "
            + "which stays narrow while the width grows (write a multiple of a [MuWidth] size)",
            """
            [Model]
            public partial class M([MuWidth(256)] int width)
            {
                public Feed Up { get; } = new(width, «1024»);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }

            [Block]
            public partial class Feed([MuWidth] int width, [MuWidth] int hidden)
            {
                public Linear In { get; } = new(width, hidden);
                public Linear Out { get; } = new(hidden, width);
                [Flow] Tensor Flow(Tensor x) => x | In | Relu | Out;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width)
            {
                public Feed Up { get; } = new(width, 4 * width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }

            [Block]
            public partial class Feed([MuWidth] int width, [MuWidth] int hidden)
            {
                public Linear In { get; } = new(width, hidden);
                public Linear Out { get; } = new(hidden, width);
                [Flow] Tensor Flow(Tensor x) => x | In | Relu | Out;
            }
            """),

        new("SUP310", "The queries have width/headDim heads, but the keys and values have groups at every width, "
            + "so their layers become readouts (write their width as width / groups)",
            """
            [Block]
            public partial class M([MuWidth] int width, int headDim, int groups)
            {
                public Linear Q { get; } = new(width, width);
                public Linear K { get; } = new(width, groups * headDim);
                public Linear V { get; } = new(width, groups * headDim);
                [Flow] Tensor Flow(Tensor x) => «Attention»((x | Q).Heads(headDim), (x | K).Heads(headDim), (x | V).Heads(headDim), causal: true).Merge();
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width, int headDim, int groups)
            {
                public Linear Q { get; } = new(width, width);
                public Linear K { get; } = new(width, width / groups);
                public Linear V { get; } = new(width, width / groups);
                [Flow] Tensor Flow(Tensor x) => Attention((x | Q).Heads(headDim), (x | K).Heads(headDim), (x | V).Heads(headDim), causal: true).Merge();
            }
            """),

        new("SUP313", "'Head' maps to the same size as the tied readout 'Tok.Unembed', which is used too (keep one of them)",
            """
            [Model]
            public partial class M([MuWidth(64)] int width, int vocab = 100)
            {
                public Embedding Tok { get; } = new(vocab, width);
                public Linear Head { get; } = new(width, vocab);
                [Flow] Tensor Flow(Tensor ids)
                {
                    var x = ids | Tok | Relu;
                    return (x | Tok.Unembed) + (x | «Head»);
                }
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(64)] int width, int vocab = 100)
            {
                public Embedding Tok { get; } = new(vocab, width);
                [Flow] Tensor Flow(Tensor ids) => ids | Tok | Relu | Tok.Unembed;
            }
            """),

        new("SUP315", "The rule already multiplies the readout 'Up' by 1/m of the width, "
            + "so the factor 1.0 / width scales it twice (remove it)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, 10);
                [Flow] Tensor Flow(Tensor x) => (x * («1.0 / width»)) | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, 10);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP316", "A branch of 'N' is scaled by 0.5, and the rule scales it again where the number of blocks scales "
            + "(remove it, or make it a parameter)",
            """
            [Model]
            public partial class M([MuWidth(64)] int width, [MuDepth(4)] int layers)
            {
                public Repeat<N> Up { get; } = new(layers, () => new(width));
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x + «0.5» * (x | Up);
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(64)] int width, [MuDepth(4)] int layers)
            {
                public Repeat<N> Up { get; } = new(layers, () => new(width));
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x + (x | Up);
            }
            """),

        new("SUP317",
            "The forward of 'N' adds Up.call(x) unscaled, but the number of blocks scales (write ResidualScale * Up.call(x))",
            """
            [Model]
            public partial class M([MuWidth(64)] int width, [MuDepth(4)] int layers)
            {
                public Repeat<N> Up { get; } = new(layers, () => new(width));
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                public override Tensor forward(Tensor x) => «x + Up.call(x)»;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(64)] int width, [MuDepth(4)] int layers)
            {
                public Repeat<N> Up { get; } = new(layers, () => new(width));
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                public override Tensor forward(Tensor x) => x + (ResidualScale * Up.call(x));
            }
            """),

        new("SUP319", "'width' is marked [MuDepth], but is 'inputs' of a Linear here (mark it [MuWidth])",
            """
            [Model]
            public partial class M([MuDepth(64)] int width, [MuWidth(64)] int other)
            {
                public Linear Up { get; } = new(«width», other);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(64)] int width, [MuWidth(64)] int other)
            {
                public Linear Up { get; } = new(width, other);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP319", "'layers' is marked [MuWidth], but is the count of a Repeat here (mark it [MuDepth])",
            """
            [Model]
            public partial class M([MuWidth(64)] int width, [MuWidth(4)] int layers)
            {
                public Repeat<N> Up { get; } = new(«layers», () => new(width));
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x + (x | Up);
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(64)] int width, [MuDepth(4)] int layers)
            {
                public Repeat<N> Up { get; } = new(layers, () => new(width));
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x + (x | Up);
            }
            """),

        new("SUP322", "'Up' is sparse and initialized uniformly, but the rule for sparse weights is derived for normal ones "
            + "(remove Distribution)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Sparse(0.5), «Init(Distribution = InitDistribution.Uniform)»] public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Sparse(0.5)] public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP323", "The learning rate of 'Up' is multiplied by 0.1 in addition to the rule, and no reason is given "
            + "(write Because = \"…\")",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [«LrScale(0.1)»] public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [LrScale(0.1, Because = "it is copied from a trained model")] public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP327", "The [LrScale] of 'Up' is 0, but it must be a positive number "
            + "(to freeze a layer, set requires_grad = false on its tensors)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [«LrScale(0, Because = "a test")»] public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [LrScale(0.1, Because = "a test")] public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP327", "The [LrScale] of 'Up' is -1, but it must be a positive number "
            + "(to freeze a layer, set requires_grad = false on its tensors)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [«LrScale(-1, Because = "a test")»] public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [LrScale(0.1, Because = "a test")] public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP327", "The [LrScale] of 'Up' is Infinity, but it must be a positive number "
            + "(to freeze a layer, set requires_grad = false on its tensors)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [«LrScale(double.PositiveInfinity, Because = "a test")»] public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [LrScale(0.1, Because = "a test")] public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP501", "'Tok' looks up rows by index but receives the output of another layer (pipe integer ids into it)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Embedding Tok { get; } = new(100, width);
                public RmsNorm Norm { get; } = new(width);
                [Flow] Tensor Flow(Tensor x) => x | Norm | «Tok»;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Embedding Tok { get; } = new(100, width);
                public RmsNorm Norm { get; } = new(width);
                [Flow] Tensor Flow(Tensor x) => x | Tok | Norm;
            }
            """),

        new("SUP504", "1000·width·width is 16777216000 at the base, but 'outputs' of 'Up' is an int, "
            + "which holds at most 2147483647 (use a smaller base or fewer factors)",
            """
            [Model]
            public partial class M([MuWidth(4096)] int width)
            {
                public Linear Up { get; } = new(width, «1000 * width * width»);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(4096)] int width)
            {
                public Linear Up { get; } = new(width, 4 * width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),
    ];
}
