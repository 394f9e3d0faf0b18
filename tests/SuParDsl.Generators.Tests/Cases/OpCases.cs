namespace SuParDsl.Generators.Tests;

/// <summary>Cases about operations that the flow language does not have.</summary>
internal static class OpCases
{
    public static DiagnosticCase[] All { get; } =
    [
        new("SUP111", "'Mean' counts axis 1 from the start, which needs a known number of axes, but receives [… width] "
            + "(count from the end, as in x.Mean(-1), or state the axes: [Shape(\"B\", …)])",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => (x | Up).«Mean»(1);
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => (x | Up).Mean(-2);
            }
            """),

        new("SUP111", "'Sum' has no axis 3 but receives [T S width] (use an axis that the tensor has)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow([Shape("B", "T", nameof(width))] Tensor x) => (x | Up).«Sum»(3);
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow([Shape("B", "T", nameof(width))] Tensor x) => (x | Up).Sum(1);
            }
            """),

        new("SUP111", "'Reshape' needs a known number of axes, at least 2, but receives [… width] "
            + "(state the axes of the input: [Shape(\"B\", …)])",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => (x | Up).«Reshape»(2, width / 2);
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow([Shape("B", nameof(width))] Tensor x) => (x | Up).Reshape(2, width / 2);
            }
            """),

        new("SUP101", "'Reshape' makes 3·width numbers of each first axis but receives [T 4 width] "
            + "(product of the other axes: 4·width ≠ 3·width; write sizes with the same product, or -1 for one)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow([Shape("B", 4, nameof(width))] Tensor x) => (x | Up).«Reshape»(3, width);
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow([Shape("B", 4, nameof(width))] Tensor x) => (x | Up).Reshape(2, -1);
            }
            """),

        new("SUP103", "[… width] and [… 2·width] cannot be combined with 'Maximum': width ≠ 2·width on the last axis "
            + "(make both sizes equal)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, 2 * width);
                [Flow] Tensor Flow(Tensor x) => «Maximum(x, x | Up)»;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => Maximum(x, x | Up);
            }
            """),

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

        new("SUP113", "The contract 'B T, d; -> d' has the invalid axis 'd;' (write: B T d -> B T d)",
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

        new("SUP114", "'Shift' takes B T width but receives [T width/headDim S headDim] (its contract is B T width -> B T width)",
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

        new("SUP309", "'Act' is a F, whose role is not stated, so its parameters would be in no learning-rate group "
            + "(add [Foreign(nameof(…), nameof(…), Role = Role.Hidden)], or use a layer of SuParDsl)",
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

        new("SUP309", "'Act' is a F, whose 'heads' is not a size of 'M', so its parameters would be in no learning-rate group "
            + "(add [Foreign(nameof(…), nameof(…), Role = Role.Hidden)], or use a layer of SuParDsl)",
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

        new("SUP123", "'Inner' takes 2 tensors but receives 1 (write: Inner.call(x, …))",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public N Inner { get; } = new(width);
                [Flow] Tensor Flow(Tensor x, Tensor y) => (x | «Inner») + y;
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear A { get; } = new(width, width);
                public Linear B { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x, Tensor y) => (x | A) + (y | B);
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public N Inner { get; } = new(width);
                [Flow] Tensor Flow(Tensor x, Tensor y) => Inner.call(x, y);
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear A { get; } = new(width, width);
                public Linear B { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x, Tensor y) => (x | A) + (y | B);
            }
            """, CSharp: "CS0019"),

        new("SUP123", "'Inner' takes 2 tensors but receives 3 (write: Inner.call(x1, x2))",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public N Inner { get; } = new(width);
                [Flow] Tensor Flow(Tensor x, Tensor y) => Inner.call«(x, y, x)»;
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear A { get; } = new(width, width);
                public Linear B { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x, Tensor y) => (x | A) + (y | B);
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public N Inner { get; } = new(width);
                [Flow] Tensor Flow(Tensor x, Tensor y) => Inner.call(x, y);
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear A { get; } = new(width, width);
                public Linear B { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x, Tensor y) => (x | A) + (y | B);
            }
            """, CSharp: "CS1501"),

        new("SUP101", "'Inner' maps … width, … width → … width but receives [… 2·width] (last axis: 2·width ≠ width; "
            + "write 2 * width for 'width' of 'Inner', or give it width)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear A { get; } = new(width, 2 * width);
                public N Inner { get; } = new(width);
                [Flow] Tensor Flow(Tensor x, Tensor y) => «Inner.call»(x, y | A);
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear A { get; } = new(width, width);
                public Linear B { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x, Tensor y) => (x | A) + (y | B);
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear A { get; } = new(width, 2 * width);
                public N Inner { get; } = new(width);
                [Flow] Tensor Flow(Tensor x, Tensor y) => Inner.call(x, y) | A;
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear A { get; } = new(width, width);
                public Linear B { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x, Tensor y) => (x | A) + (y | B);
            }
            """),

        new("SUP130", "'(int)x.shape[1]' is not part of the flow language: the argument 'window' of Attention does not "
            + "depend on a tensor (use a parameter of the class)",
            """
            [Block]
            public partial class M([MuWidth] int width, int headDim)
            {
                public Linear Q { get; } = new(width, width);
                [Flow] Tensor Flow([Shape("B", "T", nameof(width))] Tensor x)
                {
                    var q = (x | Q).Heads(headDim);
                    return Attention(q, q, q, causal: true, window: «(int)x.shape[1]»).Merge();
                }
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width, int headDim)
            {
                public Linear Q { get; } = new(width, width);
                [Flow] Tensor Flow([Shape("B", "T", nameof(width))] Tensor x)
                {
                    var q = (x | Q).Heads(headDim);
                    return Attention(q, q, q, causal: true, window: headDim).Merge();
                }
            }
            """),

        new("SUP130",
            "'Inner.call(x)' is not part of the flow language: it returns 2 tensors (deconstruct them: var (a, b) = …;)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public N Inner { get; } = new(width);
                [Flow] Tensor Flow(Tensor x)
                {
                    return «Inner.call(x)»;
                }
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear A { get; } = new(width, width);
                [Flow] (Tensor, Tensor) Flow(Tensor x) => (x | A, -x);
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public N Inner { get; } = new(width);
                [Flow] Tensor Flow(Tensor x)
                {
                    var (a, b) = Inner.call(x); return a + b;
                }
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear A { get; } = new(width, width);
                [Flow] (Tensor, Tensor) Flow(Tensor x) => (x | A, -x);
            }
            """, CSharp: "CS0029"),
    ];
}
