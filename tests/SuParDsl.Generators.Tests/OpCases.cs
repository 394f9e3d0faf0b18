namespace SuParDsl.Generators.Tests;

/// <summary>Cases about what the flow has no word for.</summary>
internal static class OpCases
{
    public static DiagnosticCase[] All { get; } =
    [
        new("SUP113", "The contract 'B T d -> ' has a shape without axes (write: B T d -> B T d)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear A { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | A;
                [Op("B T d ->« »")] static Tensor Shift(Tensor h) => h.roll(1, 1);
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear A { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | A;
                [Op("B T d -> B T d")] static Tensor Shift(Tensor h) => h.roll(1, 1);
            }
            """),

        new("SUP113", "The contract 'B T d, d -> B T d' has 2 inputs, but 'Shift' takes 1 tensor (write: B T d -> B T d)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear A { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | A;
                [Op("«B T d, d -> B T d»")] static Tensor Shift(Tensor h) => h.roll(1, 1);
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear A { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | A;
                [Op("... d -> ... d")] static Tensor Shift(Tensor h) => h.roll(1, 1);
            }
            """),

        new("SUP113", "The contract 'B T, d; -> d' has the axis 'd;' (write: B T d -> B T d)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear A { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | A;
                [Op("B T, «d;» -> d")] static Tensor Shift(Tensor h) => h.roll(1, 1);
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear A { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | A;
                [Op("T 2*d -> T 2*d")] static Tensor Shift(Tensor h) => h.roll(1, 1);
            }
            """),

        new("SUP114", "'Shift' takes B T width but is given [T width/headDim S headDim] (its contract is B T width -> B T width)",
            """
            [Block]
            public partial class M([MuWidth] int width, int headDim)
            {
                public Linear A { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => «Shift((Shift(x) | A).Heads(headDim))».Merge();
                [Op("B T width -> B T width")] static Tensor Shift(Tensor h) => h.roll(1, 1);
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width, int headDim)
            {
                public Linear A { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => Shift((Shift(x) | A).Heads(headDim).Merge());
                [Op("B T width -> B T width")] static Tensor Shift(Tensor h) => h.roll(1, 1);
            }
            """),

        new("SUP309", "'Act' is a F, whose role is not stated, so its parameters would be in no learning-rate group (add [Foreign(nameof(…), nameof(…), Role = Role.Hidden)], or use a layer of SuParDsl)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [«Foreign(nameof(width), nameof(width))»] public F Act { get; } = new(width);
                [Flow] Tensor Flow(Tensor x) => x | Act;
            }

            public sealed class F(int width) : torch.nn.Module<Tensor, Tensor>("F")
            {
                public int Width { get; } = width;
                public override Tensor forward(Tensor x) => x;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Foreign(nameof(width), nameof(width), Role = Role.Hidden)] public F Act { get; } = new(width);
                [Flow] Tensor Flow(Tensor x) => x | Act;
            }

            public sealed class F(int width) : torch.nn.Module<Tensor, Tensor>("F")
            {
                public int Width { get; } = width;
                public override Tensor forward(Tensor x) => x;
            }
            """),

        new("SUP309", "'Act' is a F, whose 'heads' is no size of 'M', so its parameters would be in no learning-rate group (add [Foreign(nameof(…), nameof(…), Role = Role.Hidden)], or use a layer of SuParDsl)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [«Foreign("heads", nameof(width), Role = Role.Hidden)»] public F Act { get; } = new(width);
                [Flow] Tensor Flow(Tensor x) => x | Act;
            }

            public sealed class F(int width) : torch.nn.Module<Tensor, Tensor>("F")
            {
                public int Width { get; } = width;
                public override Tensor forward(Tensor x) => x;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Foreign(nameof(width), nameof(width), Role = Role.Hidden)] public F Act { get; } = new(width);
                [Flow] Tensor Flow(Tensor x) => x | Act;
            }

            public sealed class F(int width) : torch.nn.Module<Tensor, Tensor>("F")
            {
                public int Width { get; } = width;
                public override Tensor forward(Tensor x) => x;
            }
            """),
    ];
}
