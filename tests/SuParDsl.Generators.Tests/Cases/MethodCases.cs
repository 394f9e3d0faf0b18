namespace SuParDsl.Generators.Tests;

/// <summary>Cases about dynamic masks.</summary>
internal static class MethodCases
{
    public static DiagnosticCase[] All { get; } =
    [
        new("SUP214", "'Hidden' changes its mask by RigL under the rule SuPar, whose learning rates assume a random mask: "
            + "the optimum moved by 2 octaves at density 1/64 (use Rule.Measured)",
            """
            [Model]
            public partial class M([MuWidth(256)] int width, [Density] double rho = 1.0, Rule rule = Rule.SuPar)
            {
                [Sparse(nameof(rho), Method = «SparsityMethod.RigL»)]
                public Linear Hidden { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Hidden;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width, [Density] double rho = 1.0, Rule rule = Rule.Measured)
            {
                [Sparse(nameof(rho), Method = SparsityMethod.RigL)]
                public Linear Hidden { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Hidden;
            }
            """),

        new("SUP214", "'Hidden' changes its mask by Gmp under the rule Measured, which does not follow the current density "
            + "(use Rule.SuPar)",
            """
            [Model, Sparse(0.25, Method = «SparsityMethod.Gmp»)]
            public partial class M([MuWidth(256)] int width, Rule rule = Rule.Measured)
            {
                public Linear Hidden { get; } = new(width, width);
                public Linear Again { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Hidden | Again;
            }
            """,
            """
            [Model, Sparse(0.25, Method = SparsityMethod.Gmp)]
            public partial class M([MuWidth(256)] int width)
            {
                public Linear Hidden { get; } = new(width, width);
                public Linear Again { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Hidden | Again;
            }
            """),

        new("SUP214", "'Blocks.*.Up' changes its mask by RigL under the rule SuPar, whose learning rates assume a random mask: "
            + "the optimum moved by 2 octaves at density 1/64 (use Rule.Measured)",
            """
            [Model]
            public partial class M([MuWidth(256)] int width, [Density] double rho = 1.0)
            {
                public Repeat<N> Blocks { get; } = new(2, () => new(width, rho));
                public N Tail { get; } = new(width, rho);
                [Flow] Tensor Flow(Tensor x) => x | Blocks | Tail;
            }

            [Block, Sparse(nameof(density), Method = «SparsityMethod.RigL»)]
            public partial class N([MuWidth] int width, [Density] double density)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width, [Density] double rho = 1.0)
            {
                [Sparse(nameof(rho), Method = SparsityMethod.RigL)]
                public N Still { get; } = new(width, rho);
                public N Dense { get; } = new(width, 1);
                [Flow] Tensor Flow(Tensor x) => x | Still | Dense;
            }

            [Block, Sparse(nameof(density))]
            public partial class N([MuWidth] int width, [Density] double density)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP216", "The mask of 'Up' has the pattern Balanced, which RigL would not keep (use Exact or Bernoulli)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Sparse(0.25, Mask = «Mask.Balanced», Method = SparsityMethod.RigL)]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Sparse(0.25, Mask = Mask.Bernoulli, Method = SparsityMethod.RigL)]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP216", "The mask of 'M' has the pattern TwoFour, which Set would not keep (use Exact or Bernoulli)",
            """
            [Block, Sparse(0.5, Mask = «Mask.TwoFour», Method = SparsityMethod.Set)]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block, Sparse(0.5, Mask = Mask.TwoFour, Method = SparsityMethod.Static)]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP217", "The density of 'Up' is 1, so RigL has no weights to change (use a density below 1)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Sparse(«1.0», Method = SparsityMethod.RigL)]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Sparse(0.1, Method = SparsityMethod.RigL)]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),
    ];
}
