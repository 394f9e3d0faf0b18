namespace SuParDsl.Generators.Tests;

/// <summary>Cases about densities and masks.</summary>
internal static class SparsityCases
{
    public static DiagnosticCase[] All { get; } =
    [
        new("SUP201", "[Sparse] cannot be applied to 'Up': a RmsNorm has no weight matrix to make sparse (remove it)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [«Sparse(0.5)»]
                public RmsNorm Up { get; } = new(width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public RmsNorm Up { get; } = new(width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP201", "[Sparse] cannot be applied to 'Mix': a [Foreign] module has no weight matrix to make sparse (remove it)",
            """
            public sealed class Own() : torch.nn.Module<Tensor, Tensor>(nameof(Own))
            {
                public override Tensor forward(Tensor x) => x;
            }

            [Block]
            public partial class M([MuWidth] int width, [Density] double rho)
            {
                [«Sparse(nameof(rho))», Foreign(nameof(width), nameof(width), Role = Role.Hidden)] public Own Mix { get; } = new();
                [Sparse(nameof(rho))] public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Mix | Up;
            }
            """,
            """
            public sealed class Own() : torch.nn.Module<Tensor, Tensor>(nameof(Own))
            {
                public override Tensor forward(Tensor x) => x;
            }

            [Block]
            public partial class M([MuWidth] int width, [Density] double rho)
            {
                [Foreign(nameof(width), nameof(width), Role = Role.Hidden)] public Own Mix { get; } = new();
                [Sparse(nameof(rho))] public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Mix | Up;
            }
            """),

        new("SUP202", "The density of 'Up' is 25, but a density is the fraction of weights that are kept and must be in (0, 1] "
            + "(did you mean 0.25?)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Sparse(«25»)]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Sparse(0.25)]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP202", "The density of 'Up' is NaN, but a density is the fraction of weights that are kept and must be in (0, 1] "
            + "(1 is dense, 0.25 keeps a quarter of the weights)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Sparse(«double.NaN»)]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Sparse(1)]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP202", "The base density of 'Up' is 0, but a density is the fraction of weights that are kept and must be in "
            + "(0, 1] (1 is dense, 0.25 keeps a quarter of the weights)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Sparse(0.5, Base = «0»)]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Sparse(0.5, Base = 0.5)]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP202", "The base density of 'Up' is 2, but a density is the fraction of weights that are kept and must be in "
            + "(0, 1] (1 is dense, 0.25 keeps a quarter of the weights)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Sparse(0.5, Mask = Mask.Balanced, Base = «2»)]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Sparse(0.5, Mask = Mask.Balanced, Base = 0.5)]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP202", "The default of 'rho' is 1.5, but a density is the fraction of weights that are kept and must be in (0, 1] "
            + "(1 is dense, 0.25 keeps a quarter of the weights)",
            """
            [Model]
            public partial class M([MuWidth(256)] int width, [Density] double rho = «1.5»)
            {
                [Sparse(nameof(rho))]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width, [Density] double rho = 0.5)
            {
                [Sparse(nameof(rho))]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP202", "'rho' of 'Inner' is 2, but a density is the fraction of weights that are kept and must be in (0, 1] "
            + "(1 is dense, 0.25 keeps a quarter of the weights)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public N Inner { get; } = new(width, «2.0»);
                [Flow] Tensor Flow(Tensor x) => x | Inner;
            }

            [Block]
            public partial class N([MuWidth] int width, [Density] double rho)
            {
                [Sparse(nameof(rho))]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public N Inner { get; } = new(width, 0.5);
                [Flow] Tensor Flow(Tensor x) => x | Inner;
            }

            [Block]
            public partial class N([MuWidth] int width, [Density] double rho)
            {
                [Sparse(nameof(rho))]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP203", "'1/128' is an integer division with the result 0 (write 1/128.0)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Sparse(«1/128»)]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Sparse(1/128.0)]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP203", "'1 / 2' is an integer division with the result 0 (write 1 / 2.0)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public N Inner { get; } = new(width, «1 / 2»);
                [Flow] Tensor Flow(Tensor x) => x | Inner;
            }

            [Block]
            public partial class N([MuWidth] int width, [Density] double rho)
            {
                [Sparse(nameof(rho))]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public N Inner { get; } = new(width, 1 / 2.0);
                [Flow] Tensor Flow(Tensor x) => x | Inner;
            }

            [Block]
            public partial class N([MuWidth] int width, [Density] double rho)
            {
                [Sparse(nameof(rho))]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP220", "'rho' is marked [Density] but is of type float (write: [Density] double rho)",
            """
            [Block]
            public partial class M([MuWidth] int width, [Density] «float» rho)
            {
                [Sparse(nameof(rho))]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width, [Density] double rho)
            {
                [Sparse(nameof(rho))]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP205", "'width' is not a [Density] parameter of 'M' (add a parameter: [Density] double density)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Sparse(«nameof(width)»)]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width, [Density] double rho)
            {
                [Sparse(nameof(rho))]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP205", "'mlpp' is not a [Density] parameter of 'M' (use nameof(mlp))",
            """
            [Block, Sparse(«"mlpp"»)]
            public partial class M([MuWidth] int width, [Density] double mlp)
            {
                [Sparse(nameof(mlp))] public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block, Sparse(nameof(mlp))]
            public partial class M([MuWidth] int width, [Density] double mlp)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP206",
            "'rho' is marked [Density] but makes nothing sparse (add [Sparse(nameof(rho))] to a layer, or pass it to a block)",
            """
            [Block]
            public partial class M([MuWidth] int width, [Density] double «rho»)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block, Sparse(nameof(rho))]
            public partial class M([MuWidth] int width, [Density] double rho)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP219", "The density of 'M' covers all layers, but 'Tok' cannot be sparse (mark it [Dense])",
            """
            [Model, Sparse(0.1, Distribution = «Distribution.ErdosRenyiAll»)]
            public partial class M([MuWidth(256)] int width, int vocab = 64)
            {
                public Embedding Tok { get; } = new(vocab, width);
                public Linear Up { get; } = new(width, width);
                public Linear Head { get; } = new(width, vocab);
                [Flow] Tensor Flow(Tensor ids) => ids | Tok | Up | Relu | Head;
            }
            """,
            """
            [Model, Sparse(0.1, Distribution = Distribution.ErdosRenyiAll)]
            public partial class M([MuWidth(256)] int width, int vocab = 64)
            {
                [Dense]
                public Embedding Tok { get; } = new(vocab, width);
                public Linear Up { get; } = new(width, width);
                public Linear Head { get; } = new(width, vocab);
                [Flow] Tensor Flow(Tensor ids) => ids | Tok | Up | Relu | Head;
            }
            """),

        new("SUP219", "The density of 'Inner' covers all layers, but 'Inner.Place' cannot be sparse (mark it [Dense])",
            """
            [Model]
            public partial class M([MuWidth(256)] int width)
            {
                [Sparse(0.1, Distribution = «Distribution.ErdosRenyiAll»)]
                public N Inner { get; } = new(width);
                [Flow] Tensor Flow(Tensor x) => x | Inner;
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Weight Place { get; } = new(16, width);
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow([Shape("B", 16, nameof(width))] Tensor x) => (x + Place) | Up;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width)
            {
                [Sparse(0.1, Distribution = Distribution.ErdosRenyiAll)]
                public N Inner { get; } = new(width);
                [Flow] Tensor Flow(Tensor x) => x | Inner;
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                [Dense]
                public Weight Place { get; } = new(16, width);
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow([Shape("B", 16, nameof(width))] Tensor x) => (x + Place) | Up;
            }
            """),
    ];
}
