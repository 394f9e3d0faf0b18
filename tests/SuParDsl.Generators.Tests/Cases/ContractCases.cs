namespace SuParDsl.Generators.Tests;

/// <summary>Cases about layer types with a contract.</summary>
internal static class ContractCases
{
    public static DiagnosticCase[] All { get; } =
    [
        new("SUP125", "The contract '... in -> ... ot' of 'Own' names 'ot', but its constructor has 'in', 'out' "
            + "(write: [Contract(\"... in -> ... out\", Weight = \"out in\", FanIn = \"in\")])",
            """
            [Contract("... in -> ... «ot»")]
            public sealed class Own(int @in, int @out) : torch.nn.Module<Tensor, Tensor>(nameof(Own))
            {
                public int Sum { get; } = @in + @out;
                public override Tensor forward(Tensor input) => input;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Own Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Contract("... in -> ... out", Weight = "out in", FanIn = "in")]
            public sealed class Own(int @in, int @out) : torch.nn.Module<Tensor, Tensor>(nameof(Own))
            {
                public int Sum { get; } = @in + @out;
                public override Tensor forward(Tensor input) => input;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Own Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP125", "The contract '... inn -> ... out' of 'Own' names 'inn', but its constructor has 'in', 'out' "
            + "(write: [Contract(\"... in -> ... out\", Weight = \"out in\", FanIn = \"in\")])",
            """
            [Contract("... «inn» -> ... out", Weight = "out in", FanIn = "in")]
            public sealed class Own(int @in, int @out) : torch.nn.Module<Tensor, Tensor>(nameof(Own))
            {
                public int Sum { get; } = @in + @out;
                public override Tensor forward(Tensor input) => input;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Own Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Contract("... in -> ... out", Weight = "out in", FanIn = "in")]
            public sealed class Own(int @in, int @out) : torch.nn.Module<Tensor, Tensor>(nameof(Own))
            {
                public int Sum { get; } = @in + @out;
                public override Tensor forward(Tensor input) => input;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Own Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP125", "The contract 'out im' of 'Own' names 'im', but its constructor has 'in', 'out' "
            + "(write: [Contract(\"... in -> ... out\", Weight = \"out in\", FanIn = \"in\")])",
            """
            [Contract("... in -> ... out", Weight = "out «im»", FanIn = "in")]
            public sealed class Own(int @in, int @out) : torch.nn.Module<Tensor, Tensor>(nameof(Own))
            {
                public int Sum { get; } = @in + @out;
                public override Tensor forward(Tensor input) => input;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Own Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Contract("... in -> ... out", Weight = "out in", FanIn = "in")]
            public sealed class Own(int @in, int @out) : torch.nn.Module<Tensor, Tensor>(nameof(Own))
            {
                public int Sum { get; } = @in + @out;
                public override Tensor forward(Tensor input) => input;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Own Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP125", "The contract 'size' of 'Own' names 'size', but its constructor has 'in', 'out' "
            + "(write: [Contract(\"... in -> ... out\", Weight = \"out in\", FanIn = \"in\")])",
            """
            [Contract("... in -> ... out", Weight = "out in", FanIn = "«size»")]
            public sealed class Own(int @in, int @out) : torch.nn.Module<Tensor, Tensor>(nameof(Own))
            {
                public int Sum { get; } = @in + @out;
                public override Tensor forward(Tensor input) => input;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Own Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Contract("... in -> ... out", Weight = "out in", FanIn = "in")]
            public sealed class Own(int @in, int @out) : torch.nn.Module<Tensor, Tensor>(nameof(Own))
            {
                public int Sum { get; } = @in + @out;
                public override Tensor forward(Tensor input) => input;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Own Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP125", "The contract 'out in' of 'Own' has several axes, but FanIn does not say what each output sums over "
            + "(write: [Contract(\"... in -> ... out\", Weight = \"out in\", FanIn = \"in\")])",
            """
            [Contract("... in -> ... out", Weight = "«out in»")]
            public sealed class Own(int @in, int @out) : torch.nn.Module<Tensor, Tensor>(nameof(Own))
            {
                public int Sum { get; } = @in + @out;
                public override Tensor forward(Tensor input) => input;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Own Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Contract("... in -> ... out", Weight = "out in", FanIn = "in")]
            public sealed class Own(int @in, int @out) : torch.nn.Module<Tensor, Tensor>(nameof(Own))
            {
                public int Sum { get; } = @in + @out;
                public override Tensor forward(Tensor input) => input;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Own Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP125", "The contract '... in' of 'Own' needs one '->' between its inputs and its outputs "
            + "(write: [Contract(\"... in -> ... out\", Weight = \"out in\", FanIn = \"in\")])",
            """
            [Contract("«... in»")]
            public sealed class Own(int @in, int @out) : torch.nn.Module<Tensor, Tensor>(nameof(Own))
            {
                public int Sum { get; } = @in + @out;
                public override Tensor forward(Tensor input) => input;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Own Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Contract("... in -> ... out", Weight = "out in", FanIn = "in")]
            public sealed class Own(int @in, int @out) : torch.nn.Module<Tensor, Tensor>(nameof(Own))
            {
                public int Sum { get; } = @in + @out;
                public override Tensor forward(Tensor input) => input;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Own Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP125", "The contract '... in, ... in -> ... out' of 'Own' has more than one input or output "
            + "(write: [Contract(\"... in -> ... out\", Weight = \"out in\", FanIn = \"in\")])",
            """
            [Contract("«... in, ... in -> ... out»")]
            public sealed class Own(int @in, int @out) : torch.nn.Module<Tensor, Tensor>(nameof(Own))
            {
                public int Sum { get; } = @in + @out;
                public override Tensor forward(Tensor input) => input;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Own Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Contract("... in -> ... out", Weight = "out in", FanIn = "in")]
            public sealed class Own(int @in, int @out) : torch.nn.Module<Tensor, Tensor>(nameof(Own))
            {
                public int Sum { get; } = @in + @out;
                public override Tensor forward(Tensor input) => input;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Own Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP125", "The contract 'out' of 'Own' is given without a Weight "
            + "(write: [Contract(\"... in -> ... out\", Weight = \"out in\", FanIn = \"in\")])",
            """
            [Contract("... in -> ... out", Bias = "«out»")]
            public sealed class Own(int @in, int @out) : torch.nn.Module<Tensor, Tensor>(nameof(Own))
            {
                public int Sum { get; } = @in + @out;
                public override Tensor forward(Tensor input) => input;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Own Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Contract("... in -> ... out", Weight = "out in", FanIn = "in")]
            public sealed class Own(int @in, int @out) : torch.nn.Module<Tensor, Tensor>(nameof(Own))
            {
                public int Sum { get; } = @in + @out;
                public override Tensor forward(Tensor input) => input;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Own Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP125", "The contract '... in -> ... out' of 'Own' needs exactly one public constructor, "
            + "because it names the parameters (write: [Contract(\"... in -> ... out\", Weight = \"out in\", FanIn = \"in\")])",
            """
            [Contract(«"... in -> ... out"», Weight = "out in", FanIn = "in")]
            public sealed class Own(int @in, int @out) : torch.nn.Module<Tensor, Tensor>(nameof(Own))
            {
                public int Sum { get; } = @in + @out;
                public Own() : this(1, 1)
                {
                }

                public override Tensor forward(Tensor input) => input;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Own Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Contract("... in -> ... out", Weight = "out in", FanIn = "in")]
            public sealed class Own(int @in, int @out) : torch.nn.Module<Tensor, Tensor>(nameof(Own))
            {
                public int Sum { get; } = @in + @out;
                public override Tensor forward(Tensor input) => input;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Own Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP101", "'Down' maps 3·width → width but receives [… 4·width] (last axis: 4·width ≠ 3·width; "
            + "write 4 * width for 'in' of 'Down', or give it 3·width)",
            """
            [Contract("... in -> ... out", Weight = "out in", FanIn = "in")]
            public sealed class Own(int @in, int @out) : torch.nn.Module<Tensor, Tensor>(nameof(Own))
            {
                public int Sum { get; } = @in + @out;
                public override Tensor forward(Tensor input) => input;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Own Up { get; } = new(width, 4 * width);
                public Own Down { get; } = new(3 * width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up | Relu | «Down»;
            }
            """,
            """
            [Contract("... in -> ... out", Weight = "out in", FanIn = "in")]
            public sealed class Own(int @in, int @out) : torch.nn.Module<Tensor, Tensor>(nameof(Own))
            {
                public int Sum { get; } = @in + @out;
                public override Tensor forward(Tensor input) => input;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Own Up { get; } = new(width, 3 * width);
                public Own Down { get; } = new(3 * width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up | Relu | Down;
            }
            """),

        new("SUP114", "'Up' takes B _ C but receives [T width] (the contract of Last is B _ C -> B C)",
            """
            [Contract("B _ C -> B C")]
            public sealed class Last() : torch.nn.Module<Tensor, Tensor>(nameof(Last))
            {
                public override Tensor forward(Tensor input) => input.select(1, -1);
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Last Up { get; } = new();
                public Linear Down { get; } = new(width, width);
                [Flow] Tensor Flow([Shape("B", nameof(width))] Tensor x) => x | «Up» | Down;
            }
            """,
            """
            [Contract("B _ C -> B C")]
            public sealed class Last() : torch.nn.Module<Tensor, Tensor>(nameof(Last))
            {
                public override Tensor forward(Tensor input) => input.select(1, -1);
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Last Up { get; } = new();
                public Linear Down { get; } = new(width, width);
                [Flow] Tensor Flow([Shape("B", "T", nameof(width))] Tensor x) => x | Up | Down;
            }
            """),

        new("SUP016", "[Foreign] has no effect on 'Up': Own has a [Contract] (remove it)",
            """
            [Contract("... in -> ... out", Weight = "out in", FanIn = "in")]
            public sealed class Own(int @in, int @out) : torch.nn.Module<Tensor, Tensor>(nameof(Own))
            {
                public int Sum { get; } = @in + @out;
                public override Tensor forward(Tensor input) => input;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                [«Foreign(nameof(width), nameof(width), Role = Role.Hidden)»] public Own Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Contract("... in -> ... out", Weight = "out in", FanIn = "in")]
            public sealed class Own(int @in, int @out) : torch.nn.Module<Tensor, Tensor>(nameof(Own))
            {
                public int Sum { get; } = @in + @out;
                public override Tensor forward(Tensor input) => input;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Own Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),
    ];
}
