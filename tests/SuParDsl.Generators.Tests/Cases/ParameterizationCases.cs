namespace SuParDsl.Generators.Tests;

/// <summary>Cases about bases, marks and roles.</summary>
internal static class ParameterizationCases
{
    public static DiagnosticCase[] All { get; } =
    [
        new("SUP328", "'Up' maps width (256 at the base) → 1024 in front of 'Down', so it is treated as a readout and stays "
            + "1024 wide while the model grows (write 4 * width, or pass a parameter if it must stay fixed)",
            """
            [Model]
            public partial class M([MuWidth(256)] int width)
            {
                public Linear In   { get; } = new(8, width);
                public Linear Up   { get; } = new(width, «1024»);
                public Linear Down { get; } = new(1024, width);
                [Flow] Tensor Flow(Tensor x) => x | In | Up | Relu | Down;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width)
            {
                public Linear In   { get; } = new(8, width);
                public Linear Up   { get; } = new(width, 4 * width);
                public Linear Down { get; } = new(4 * width, width);
                [Flow] Tensor Flow(Tensor x) => x | In | Up | Relu | Down;
            }
            """),

        new("SUP328", "'Tok' maps 50 → 64 in front of 'Up', so it is treated as a readout and stays 64 wide "
            + "while the model grows (write a multiple of width, or pass a parameter if it must stay fixed)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Embedding Tok  { get; } = new(50, «64»);
                public LayerNorm Norm { get; } = new(64);
                public Linear    Up   { get; } = new(64, width);
                [Flow] Tensor Flow(Tensor x) => x | Tok | Norm | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width, int table)
            {
                public Embedding Tok  { get; } = new(50, table);
                public LayerNorm Norm { get; } = new(table);
                public Linear    Up   { get; } = new(table, width);
                [Flow] Tensor Flow(Tensor x) => x | Tok | Norm | Up;
            }
            """),

        new("SUP301", "'width' of the model 'M' is marked [MuWidth] without a base "
            + "(write [MuWidth(256)], the size at which the hyperparameters are tuned)",
            """
            [Model]
            public partial class M([«MuWidth»] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP301", "'layers' of the model 'M' is marked [MuDepth] without a base "
            + "(write [MuDepth(4)], the size at which the hyperparameters are tuned)",
            """
            [Model]
            public partial class M([MuWidth(256)] int width, [«MuDepth»] int layers)
            {
                public Repeat<N> Up { get; } = new(layers, () => new(width));
                [Flow] Tensor Flow(Tensor x) => x | Up;
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
            public partial class M([MuWidth(256)] int width, [MuDepth(4)] int layers)
            {
                public Repeat<N> Up { get; } = new(layers, () => new(width));
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP302",
            "The base of 'width' is 0, but it must be at least 1 (write the size at which the hyperparameters are tuned)",
            """
            [Model]
            public partial class M([MuWidth(«0»)] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP303",
            "'width' of the block 'M' states a base, but a block takes its bases from the model it is used in (write [MuWidth])",
            """
            [Block]
            public partial class M([MuWidth(«256»)] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP304", "4·width scales, but 'n' of 'N' is not marked, so 'N' would treat it as fixed (mark it: [MuWidth] int n)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public N Inner { get; } = new(«4 * width»);
                [Flow] Tensor Flow(Tensor x) => x | Inner;
            }

            [Block]
            public partial class N(int n)
            {
                public Linear Up { get; } = new(n, n);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public N Inner { get; } = new(4 * width);
                [Flow] Tensor Flow(Tensor x) => x | Inner;
            }

            [Block]
            public partial class N([MuWidth] int n)
            {
                public Linear Up { get; } = new(n, n);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP306",
            "The model 'M' has no [MuWidth] parameter, so every multiplier is 1 (mark a size: [MuWidth(256)] int width)",
            """
            [Model]
            public partial class «M»(int width = 64)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP307", "The default of 'width' is 512, but its base is 256 (make them equal, or remove the default)",
            """
            [Model]
            public partial class M([MuWidth(256)] int width = «512»)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width = 256)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP308", "'W' has 2 axes that scale, so its fan-in is not known (write [Fan(In = 1, Out = 0)])",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Weight «W» { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x * W;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Weight W { get; } = new(8, width);
                [Flow] Tensor Flow(Tensor x) => x * W;
            }
            """),

        new("SUP309", "'Act' is a ReLU, which declares no tensors, so its parameters would be in no learning-rate group "
            + "(add [Foreign(nameof(…), nameof(…), Role = Role.Hidden)], or use a layer of SuParDsl)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public «TorchSharp.Modules.ReLU» Act { get; } = torch.nn.ReLU();
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP318", "'layers' counts the blocks of 'Blocks' but is not marked, "
            + "so residual branches and learning rates do not follow depth (mark it: [MuDepth(6)] int layers)",
            """
            [Model]
            public partial class M([MuWidth(256)] int width, int layers = 6)
            {
                public Repeat<N> Blocks { get; } = new(«layers», () => new(width));
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
            public partial class M([MuWidth(256)] int width, [MuDepth(6)] int layers)
            {
                public Repeat<N> Blocks { get; } = new(layers, () => new(width));
                [Flow] Tensor Flow(Tensor x) => x | Blocks;
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP320", "The α of 'layers' is 2, but it must be in [0.5, 1] (1 keeps feature learning at every depth)",
            """
            [Model]
            public partial class M([MuWidth(256)] int width, [MuDepth(4, Alpha = «2»)] int layers)
            {
                public Repeat<N> Blocks { get; } = new(layers, () => new(width));
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
            public partial class M([MuWidth(256)] int width, [MuDepth(4, Alpha = 0.5)] int layers)
            {
                public Repeat<N> Blocks { get; } = new(layers, () => new(width));
                [Flow] Tensor Flow(Tensor x) => x | Blocks;
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),
    ];
}
