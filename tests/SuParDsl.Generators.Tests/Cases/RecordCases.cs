namespace SuParDsl.Generators.Tests;

/// <summary>Cases about records of sizes.</summary>
internal static class RecordCases
{
    public static DiagnosticCase[] All { get; } =
    [
        new("SUP016", "[MuWidth] has no effect on 'Wide': only a parameter of the class or of its record is a size (remove it)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [«MuWidth»] public int Wide => 4 * width;
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public int Wide => 4 * width;
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP020", "'seed' of 'M' is not a record class with a parameter list (write: public sealed record Sizes(…))",
            """
            public sealed record Sizes
            {
                public int Width { get; init; } = 256;
            }

            [Block]
            public partial class M(Sizes «seed»)
            {
                public RmsNorm Up { get; } = new(8);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            public sealed record Sizes([MuWidth] int Width);

            [Block]
            public partial class M(Sizes seed)
            {
                public RmsNorm Up { get; } = new(seed.Width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP020", "'s' of 'M' is not the only parameter of the model (put the other parameters into Sizes)",
            """
            public sealed record Sizes([MuWidth(64)] int Width);

            [Model]
            public partial class M(Sizes «s», int classes = 10)
            {
                public Linear Up { get; } = new(s.Width, classes);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            public sealed record Sizes([MuWidth(64)] int Width, int Classes = 10);

            [Model]
            public partial class M(Sizes s)
            {
                public Linear Up { get; } = new(s.Width, s.Classes);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP020", "'Hidden' of 'Sizes' is neither a parameter of the record nor an expression of its parameters "
            + "(write: public int Hidden => …;)",
            """
            public sealed record Sizes([MuWidth(64)] int Width)
            {
                public int Hidden { get { return 4 * Width; } }
            }

            [Model]
            public partial class M(Sizes s)
            {
                public Linear Up { get; } = new(s.Width, «s.Hidden»);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            public sealed record Sizes([MuWidth(64)] int Width)
            {
                public int Hidden => 4 * Width;
            }

            [Model]
            public partial class M(Sizes s)
            {
                public Linear Up { get; } = new(s.Width, s.Hidden);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP020", "'s' of 'N' is passed 'M.Wider(s)', whose sizes cannot be read (write s, s with { … } or new Sizes(…))",
            """
            public sealed record Sizes([MuWidth] int Width);

            [Block]
            public partial class M(Sizes s)
            {
                private static Sizes Wider(Sizes s) => s with { Width = 2 * s.Width };
                public N Up { get; } = new(«M.Wider(s)»);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }

            [Block]
            public partial class N(Sizes s)
            {
                public Linear Up { get; } = new(s.Width, s.Width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            public sealed record Sizes([MuWidth] int Width);

            [Block]
            public partial class M(Sizes s)
            {
                public N Up { get; } = new(s with { Width = 2 * s.Width });
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }

            [Block]
            public partial class N(Sizes s)
            {
                public Linear Up { get; } = new(s.Width, s.Width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP301", "'Width' of the model 'M' is marked [MuWidth] without a base "
            + "(write [MuWidth(256)], the size at which the hyperparameters are tuned)",
            """
            public sealed record Sizes([«MuWidth»] int Width);

            [Model]
            public partial class M(Sizes s)
            {
                public Linear Up { get; } = new(s.Width, s.Width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            public sealed record Sizes([MuWidth(256)] int Width);

            [Model]
            public partial class M(Sizes s)
            {
                public Linear Up { get; } = new(s.Width, s.Width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP302",
            "The base of 'Width' is 0, but it must be at least 1 (write the size at which the hyperparameters are tuned)",
            """
            public sealed record Sizes([property: MuWidth(«0»)] int Width);

            [Model]
            public partial class M(Sizes s)
            {
                public Linear Up { get; } = new(s.Width, s.Width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            public sealed record Sizes([property: MuWidth(256)] int Width);

            [Model]
            public partial class M(Sizes s)
            {
                public Linear Up { get; } = new(s.Width, s.Width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP307", "The default of 'Width' is 512, but its base is 256 (make them equal, or remove the default)",
            """
            public sealed record Sizes([MuWidth(256)] int Width = «512»);

            [Model]
            public partial class M(Sizes s)
            {
                public Linear Up { get; } = new(s.Width, s.Width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            public sealed record Sizes([MuWidth(256)] int Width = 256);

            [Model]
            public partial class M(Sizes s)
            {
                public Linear Up { get; } = new(s.Width, s.Width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP202", "The default of 'Rho' is 25, but a density is the fraction of weights that are kept and must be in (0, 1] "
            + "(did you mean 0.25?)",
            """
            public sealed record Sizes([MuWidth(256)] int Width, [Density] double Rho = «25»);

            [Model]
            public partial class M(Sizes s)
            {
                [Sparse(nameof(s.Rho))] public Linear Up { get; } = new(s.Width, s.Width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            public sealed record Sizes([MuWidth(256)] int Width, [Density] double Rho = 0.25);

            [Model]
            public partial class M(Sizes s)
            {
                [Sparse(nameof(s.Rho))] public Linear Up { get; } = new(s.Width, s.Width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP206", "'s.Rho' is marked [Density] but makes nothing sparse "
            + "(add [Sparse(nameof(s.Rho))] to a layer, or pass it to a block)",
            """
            public sealed record Sizes([MuWidth(256)] int Width, [Density] double «Rho» = 1);

            [Model]
            public partial class M(Sizes s)
            {
                public N Up { get; } = new(s);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }

            [Block]
            public partial class N(Sizes s)
            {
                public Linear Up { get; } = new(s.Width, s.Width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            public sealed record Sizes([MuWidth(256)] int Width, [Density] double Rho = 1);

            [Model]
            public partial class M(Sizes s)
            {
                public N Up { get; } = new(s);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }

            [Block]
            public partial class N(Sizes s)
            {
                [Sparse(nameof(s.Rho))] public Linear Up { get; } = new(s.Width, s.Width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP107", "Width (256 at the base) is not a multiple of 3 in 'Width / 3' (use 255 or 258)",
            """
            public sealed record Sizes([MuWidth(256)] int Width)
            {
                public int Third => Width / «3»;
            }

            [Model]
            public partial class M(Sizes s)
            {
                public N Up { get; } = new(s);
                public Linear Down { get; } = new(s.Third, s.Width);
                [Flow] Tensor Flow(Tensor x) => x | Up | Down;
            }

            [Block]
            public partial class N(Sizes s)
            {
                public Linear Up { get; } = new(s.Width, s.Third);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            public sealed record Sizes([MuWidth(255)] int Width)
            {
                public int Third => Width / 3;
            }

            [Model]
            public partial class M(Sizes s)
            {
                public N Up { get; } = new(s);
                public Linear Down { get; } = new(s.Third, s.Width);
                [Flow] Tensor Flow(Tensor x) => x | Up | Down;
            }

            [Block]
            public partial class N(Sizes s)
            {
                public Linear Up { get; } = new(s.Width, s.Third);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP318", "'Layers' counts the blocks of 'Up' but is not marked, "
            + "so residual branches and learning rates do not follow depth (mark it: [MuDepth(6)] int Layers)",
            """
            public sealed record Sizes([MuWidth(256)] int Width, int Layers = 6);

            [Model]
            public partial class M(Sizes s)
            {
                public Repeat<N> Up { get; } = new(«s.Layers», () => new(s));
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }

            [Block]
            public partial class N(Sizes s)
            {
                public Linear Up { get; } = new(s.Width, s.Width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            public sealed record Sizes([MuWidth(256)] int Width, [MuDepth(6)] int Layers = 6);

            [Model]
            public partial class M(Sizes s)
            {
                public Repeat<N> Up { get; } = new(s.Layers, () => new(s));
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }

            [Block]
            public partial class N(Sizes s)
            {
                public Linear Up { get; } = new(s.Width, s.Width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP101", "'Down' maps 3·Width → Width but receives [… 4·Width] (last axis: 4·Width ≠ 3·Width; "
            + "write 4 * s.Width for 'inputs' of 'Down', or give it 3·Width)",
            """
            public sealed record Sizes([MuWidth] int Width)
            {
                public int Hidden => 4 * Width;
            }

            [Block]
            public partial class M(Sizes s)
            {
                public Linear Up { get; } = new(s.Width, s.Hidden);
                public Linear Down { get; } = new(3 * s.Width, s.Width);
                [Flow] Tensor Flow(Tensor x) => x | Up | «Down»;
            }
            """,
            """
            public sealed record Sizes([MuWidth] int Width)
            {
                public int Hidden => 4 * Width;
            }

            [Block]
            public partial class M(Sizes s)
            {
                public Linear Up { get; } = new(s.Width, s.Hidden);
                public Linear Down { get; } = new(s.Hidden, s.Width);
                [Flow] Tensor Flow(Tensor x) => x | Up | Down;
            }
            """),
    ];
}
