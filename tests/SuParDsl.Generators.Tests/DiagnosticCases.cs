namespace SuParDsl.Generators.Tests;

/// <summary>One case or more for every diagnostic.</summary>
internal static class DiagnosticCases
{
    public static DiagnosticCase[] All { get; } =
    [
        new("SUP001", "'M' is marked [Block] but is not partial, so its other half cannot be emitted (write: partial class M)",
            """
            [Block]
            public class «M»([MuWidth] int width)
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
            """, Emits: false),

        new("SUP002", "'Outer' contains 'M', which is marked [Block], but is not partial (write: partial class Outer)",
            """
            public class «Outer»
            {
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            }
            """,
            """
            public partial class Outer
            {
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            }
            """, Emits: false),

        new("SUP003", "'M' is marked [Block] but is a record (make it an ordinary partial class)",
            """
            [Block]
            public partial record «M»([MuWidth] int width)
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
            """, Emits: false),

        new("SUP003", "'M' is marked [Block] but is static (make it an ordinary partial class)",
            """
            [Block]
            public static partial class «M»([MuWidth] int width)
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
            """, Emits: false),

        new("SUP003", "'M' is marked [Block] but is abstract (make it an ordinary partial class)",
            """
            [Block]
            public abstract partial class «M»([MuWidth] int width)
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
            """, Emits: false),

        new("SUP004", "'M' is marked [Block] but has type parameters (write one class for each varying layer)",
            """
            [Block]
            public partial class «M»<T>([MuWidth] int width)
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

        new("SUP005", "'M' states no sizes where they can be read (move its constructor's parameters to the type: partial class M(…))",
            """
            [Block]
            public partial class «M»
            {
                public M(int width) => Width = width;

                public int Width { get; }

                [Flow] Tensor Flow(Tensor x) => -x;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public int Width => width;
                [Flow] Tensor Flow(Tensor x) => -x;
            }
            """),

        new("SUP005", "'M' states no sizes where they can be read (move its constructor's parameters to the type: partial class M(…))",
            """
            [Model]
            public partial class «M»
            {
                [Flow] Tensor Flow(Tensor x) => -x;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width, int classes = 10)
            {
                public Linear Up { get; } = new(width, classes);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP006", "'M' is marked [Model] and [Block] (remove one: a model states bases, a block inherits them)",
            """
            [Model, Block]
            public partial class «M»([MuWidth(64)] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width, int classes = 10)
            {
                public Linear Up { get; } = new(width, classes);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP007", "'M' derives from 'Root', but its base class is emitted (remove ': Root' and compose instead)",
            """
            public class Root;

            [Block]
            public partial class M([MuWidth] int width) : «Root»
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
            """, Emits: false),

        new("SUP008", "'In' is a [Model] used as a layer of 'M', but masks and weights are drawn by one root (mark 'Inner' as a [Block])",
            """
            [Model]
            public partial class Inner([MuWidth(256)] int width, int classes = 10)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public «Inner» In { get; } = new(width);
                [Flow] Tensor Flow(Tensor x) => x | In;
            }
            """,
            """
            [Block]
            public partial class Inner([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Inner In { get; } = new(width);
                [Flow] Tensor Flow(Tensor x) => x | In;
            }
            """),

        new("SUP009", "'M' does not say how its layers are connected (add: [Flow] Tensor Flow(Tensor x) => x | Up;)",
            """
            [Block]
            public partial class «M»([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
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

        new("SUP010", "'M' has a [Flow] method and its own forward (remove one: forward is emitted from the flow)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor «Flow»(Tensor x) => x | Up;
                public override Tensor forward(Tensor x) => Up.call(x);
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                public override Tensor forward(Tensor x) => Up.call(x);
            }
            """),

        new("SUP011", "'M' already has the [Flow] method 'Flow' (remove one)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
                [Flow] Tensor «Again»(Tensor x) => x | Up;
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

        new("SUP012", "'Flow' must take 1 to 4 Tensors and return one or a tuple of them (write: Tensor Flow(Tensor x))",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor «Flow»(Tensor x, int y) => x | Up;
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

        new("SUP012", "'Flow' must take 1 to 4 Tensors and return one or a tuple of them (write: Tensor Flow(Tensor x))",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] void «Flow»(Tensor x) { }
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

        new("SUP013", "'Up' can be set, so its sizes cannot be read (write: public Linear Up { get; } = new(…);)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear «Up» { get; set; } = new(width, width);
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

        new("SUP013", "'Up' is not constructed here, so its sizes cannot be read (write: public Linear Up { get; } = new(…);)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear «Up» { get; }
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
            """, CSharp: "CS8618 CS9113"),

        new("SUP013", "'Up' is computed, so its sizes cannot be read (write: public Linear Up { get; } = new(…);)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear «Up» => new(width, width);
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

        new("SUP013", "'Up' is not constructed in place, so its sizes cannot be read (write: public Linear Up { get; } = new(…);)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                private static Linear Make(int n) => new(n, n);
                public Linear «Up» { get; } = Make(width);
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

        new("SUP013", "'Extra' is a field, so its sizes cannot be read (write: public Linear Extra { get; } = new(…);)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                public readonly Linear «Extra» = new(width, width);
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

        new("SUP013", "'Up' does not construct its blocks here, so its sizes cannot be read (write: public Repeat<N> Up { get; } = new(…);)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Repeat<N> Up { get; } = new(2, «Make»);
                private static N Make() => new(4);
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
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Repeat<N> Up { get; } = new(2, () => new(width));
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """, CSharp: "CS9113"),

        new("SUP014", "'More' holds layers in a Linear[], where they have no names and no roles (use Repeat<Linear>)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                public «Linear[]» More { get; } = [new(width, width)];
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

        new("SUP014", "'More' holds layers in a List<Linear>, where they have no names and no roles (use Repeat<Linear>)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                public «List<Linear>» More { get; } = [];
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

        new("SUP015", "'Up' is marked [Sparse] and [Dense] (remove one)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Sparse(0.5)]
                [«Dense»]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [Sparse(0.5)]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP016", "[Dense] has no effect on 'Up': a RmsNorm is always dense (remove it)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [«Dense»]
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

        new("SUP016", "[MuWidth] has no effect on 'rate': a size is an int (remove it)",
            """
            [Block]
            public partial class M([MuWidth] int width, [«MuWidth»] double rate)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => rate * (x | Up);
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width, double rate)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => rate * (x | Up);
            }
            """),

        new("SUP016", "[Init] has no effect on 'Up': Gain must name a plain double parameter (remove it)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                [«Init(Gain = nameof(width))»]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width, double gain)
            {
                [Init(Gain = nameof(gain))]
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP018", "'Inner' is a M, which contains 'M' again, without end (break the recursion)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                public M «Inner» { get; } = new(width);
                [Flow] Tensor Flow(Tensor x) => x | Up | Inner;
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

        new("SUP019", "'Base' of 'M' has the name of a generated member (rename it)",
            """
            [Model]
            public partial class M([MuWidth(256)] int width, int classes = 10)
            {
                public Linear «Base» { get; } = new(width, classes);
                [Flow] Tensor Flow(Tensor x) => x | Base;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width, int classes = 10)
            {
                public Linear Up { get; } = new(width, classes);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """, Emits: false),

        new("SUP019", "'Relu' of 'M' has the name of a word of the flow language (rename it)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear «Relu» { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Relu;
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

        new("SUP101", "'Down' maps 3·width → width but is given [… 4·width] (last axis: 4·width ≠ 3·width)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, 4 * width);
                public Linear Down { get; } = new(3 * width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up | Gelu | «Down»;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, 4 * width);
                public Linear Down { get; } = new(4 * width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up | Gelu | Down;
            }
            """),

        new("SUP101", "'Down' maps 3·width (768 at the base) → width (256 at the base) but is given [… 4·width] (last axis: 4·width (1024 at the base) ≠ 3·width (768 at the base))",
            """
            [Model]
            public partial class M([MuWidth(256)] int width, int classes = 10)
            {
                public Linear Up { get; } = new(width, 4 * width);
                public Linear Down { get; } = new(3 * width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up | Gelu | «Down»;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width, int classes = 10)
            {
                public Linear Up { get; } = new(width, 4 * width);
                public Linear Down { get; } = new(4 * width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up | Gelu | Down;
            }
            """),

        new("SUP101", "'Tok.Unembed' maps 2·width (512 at the base) → classes (10 at the base) but is given [… T width] (last axis: width (256 at the base) ≠ 2·width (512 at the base))",
            """
            [Model]
            public partial class M([MuWidth(256)] int width, int classes = 10)
            {
                public Embedding Tok { get; } = new(classes, 2 * width);
                public Linear Up { get; } = new(2 * width, width);
                [Flow] Tensor Flow(Tensor x) => x | Tok | Up | «Tok.Unembed»;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width, int classes = 10)
            {
                public Embedding Tok { get; } = new(classes, width);
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Tok | Up | Tok.Unembed;
            }
            """),

        new("SUP101", "'Inner' maps … 2·width → … 2·width but is given [… width] (last axis: width ≠ 2·width)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public N Inner { get; } = new(2 * width);
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up | «Inner»;
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public N Inner { get; } = new(width);
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up | Inner;
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP102", "The branch ends in 4·width but the stream carries width (map the branch back to width before the add)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, 4 * width);
                [Flow] Tensor Flow(Tensor x) => «x + (x | Up)»;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x + (x | Up);
            }
            """),

        new("SUP103", "[… width] and [… 2·width] cannot be combined with '*': width ≠ 2·width (make both sizes the same)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear A { get; } = new(width, width);
                public Linear B { get; } = new(width, 2 * width);
                [Flow] Tensor Flow(Tensor x) => «(x | A) * (x | B)»;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear A { get; } = new(width, width);
                public Linear B { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => (x | A) * (x | B);
            }
            """),

        new("SUP104", "Attention compares queries with heads of headDim and keys with heads of 2·headDim (use the same head size)",
            """
            [Block]
            public partial class M([MuWidth] int width, int headDim)
            {
                public Linear Q { get; } = new(width, width);
                public Linear K { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => «Attention((x | Q).Heads(headDim), (x | K).Heads(2 * headDim), x.Heads(headDim), causal: true)».Merge();
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width, int headDim)
            {
                public Linear Q { get; } = new(width, width);
                public Linear K { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => Attention((x | Q).Heads(headDim), (x | K).Heads(headDim), x.Heads(headDim), causal: true).Merge();
            }
            """),

        new("SUP105", "Attention is given width/headDim query heads and 2·width/headDim key heads (each key head serves as many query heads: use a divisor)",
            """
            [Block]
            public partial class M([MuWidth] int width, int headDim)
            {
                public Linear Q { get; } = new(width, width);
                public Linear K { get; } = new(width, 2 * width);
                [Flow] Tensor Flow(Tensor x) => «Attention((x | Q).Heads(headDim), (x | K).Heads(headDim), x.Heads(headDim), causal: true)».Merge();
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width, int headDim)
            {
                public Linear Q { get; } = new(width, width);
                public Linear K { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => Attention((x | Q).Heads(headDim), (x | K).Heads(headDim), x.Heads(headDim), causal: true).Merge();
            }
            """),

        new("SUP106", "width (256 at the base) is not a multiple of the head size headDim (48 at the base) in '(x | Up).Heads(headDim)' (240 or 288 would be)",
            """
            [Model]
            public partial class M([MuWidth(256)] int width, int headDim = 48)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => (x | Up).Heads(«headDim»).Merge();
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width, int headDim = 64)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => (x | Up).Heads(headDim).Merge();
            }
            """),

        new("SUP106", "width (256 at the base) is not a multiple of the head size 48 in '(x | Up).Heads(headDim)' (240 or 288 would be)",
            """
            [Model]
            public partial class M([MuWidth(256)] int width)
            {
                public N Inner { get; } = «new(width, 48)»;
                [Flow] Tensor Flow(Tensor x) => x | Inner;
            }

            [Block]
            public partial class N([MuWidth] int width, int headDim)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => (x | Up).Heads(headDim).Merge();
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width)
            {
                public N Inner { get; } = new(width, 64);
                [Flow] Tensor Flow(Tensor x) => x | Inner;
            }

            [Block]
            public partial class N([MuWidth] int width, int headDim)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => (x | Up).Heads(headDim).Merge();
            }
            """),

        new("SUP107", "width (256 at the base) is not a multiple of 3 in 'width / 3' (255 or 258 would be)",
            """
            [Model]
            public partial class M([MuWidth(256)] int width)
            {
                public Linear Up { get; } = new(width, width / «3»);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width)
            {
                public Linear Up { get; } = new(width, width / 4);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP107", "width is not a multiple of 0 in 'width / 0' (a size cannot be divided by 0)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width / «0»);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width / 2);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP108", "'outputs' of 'Up' is width - 256, 0 at the base: a size must be at least 1 (change the expression or the base)",
            """
            [Model]
            public partial class M([MuWidth(256)] int width)
            {
                public Linear Up { get; } = new(width, «width - 256»);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width)
            {
                public Linear Up { get; } = new(width, width - 128);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP110", "'|' binds weaker than '+', so the whole of 'x + x' is one side of the pipe (write x + (x | …), or (x + x) | …)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public RmsNorm Norm { get; } = new(width);
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => «x + x» | Norm | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public RmsNorm Norm { get; } = new(width);
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x + (x | Norm | Up);
            }
            """),

        new("SUP110", "'|' binds weaker than '+', so the whole of 'Up + x' is one side of the pipe (write (… | Up) + x)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public RmsNorm Norm { get; } = new(width);
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Norm | «Up + x»;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public RmsNorm Norm { get; } = new(width);
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => (x | Norm | Up) + x;
            }
            """, CSharp: "CS0019"),

        new("SUP111", "'Merge' needs at least 3 axes but is given [width] (merge what .Heads has cut)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Weight W { get; } = new(width);
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => (x | Up) * W.«Merge»();
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Weight W { get; } = new(width);
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => (x | Up) * W;
            }
            """, CSharp: "CS1929"),

        new("SUP111", "'Heads' needs at least 2 axes but is given [T] (cut a tensor with positions and features)",
            """
            [Model]
            public partial class M([MuWidth(256)] int width, int classes = 10)
            {
                public Embedding Tok { get; } = new(classes, width);
                [Flow] Tensor Flow(Tensor x) => (x | Tok) + Positions(x).Heads(«2»);
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width, int classes = 10)
            {
                public Embedding Tok { get; } = new(classes, width);
                public Embedding Pos { get; } = new(classes, width);
                [Flow] Tensor Flow(Tensor x) => (x | Tok) + (Positions(x) | Pos);
            }
            """),

        new("SUP120", "'Norm' is not in the flow, so its parameters would get no gradient (pipe it in, or remove it)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public RmsNorm «Norm» { get; } = new(width);
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public RmsNorm Norm { get; } = new(width);
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Norm | Up;
            }
            """),

        new("SUP121", "The value of 'y' is never used (remove it)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x)
                {
                    var «y» = x | Up | Relu;
                    return x | Up;
                }
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x)
                {
                    var y = x | Up | Relu;
                    return y | Up;
                }
            }
            """),

        new("SUP123", "'Up' takes 1 tensor but is given 2 (write: x | Up)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => Up.call«(x, x)»;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => Up.call(x);
            }
            """, CSharp: "CS1501"),

        new("SUP124", "'Blocks' repeats 'N', which maps … width → … 2·width (make the block end in the size it starts with)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Repeat<N> «Blocks» { get; } = new(2, () => new(width));
                [Flow] Tensor Flow(Tensor x) => x | Blocks;
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, 2 * width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
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

        new("SUP130", "'x.sum()' is not part of the flow language: it is no word of it (wrap it in an [Op] method)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => «x.sum()» | Up;
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

        new("SUP130", "'if (width > 3) x = x | Up;' is not part of the flow language: a flow is locals, assignments and a return (wrap it in an [Op] method)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x)
                {
                    «if (width > 3) x = x | Up;»
                    return x | Up;
                }
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

        new("SUP130", "'(x | Up) + 1' is not part of the flow language: '+' takes two tensors (wrap it in an [Op] method)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => «(x | Up) + 1»;
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

        new("SUP130", "'x' is not part of the flow language: 'x' is a tensor, and | pipes a tensor into a layer (use + or * to combine tensors)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => (x | Up) | «x»;
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

        new("SUP130", "'TorchSharp.torch.ones(3)' is not part of the flow language: it is no word of it (wrap it in an [Op] method)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => (x | Up) * «TorchSharp.torch.ones(3)»;
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

        new("SUP131", "'Flow' is a declaration that is read at compile time and never runs (call forward, which has the multipliers)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }

            public static class User
            {
                public static Tensor Use(N n, Tensor x) => «n.Flow(x)»;
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] public Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }

            public static class User
            {
                public static Tensor Use(N n, Tensor x) => n.forward(x);
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] public Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP201", "[Sparse] on 'Up': a RmsNorm has no matrix to make sparse (remove it)",
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

        new("SUP202", "The density of 'Up' is 25: a density is the share of weights kept, in (0, 1] (did you mean 0.25?)",
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

        new("SUP202", "The density of 'Up' is NaN: a density is the share of weights kept, in (0, 1] (1 is dense, 0.25 keeps a quarter)",
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

        new("SUP202", "The base density of 'Up' is 0: a density is the share of weights kept, in (0, 1] (1 is dense, 0.25 keeps a quarter)",
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

        new("SUP202", "The default of 'rho' is 1.5: a density is the share of weights kept, in (0, 1] (1 is dense, 0.25 keeps a quarter)",
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

        new("SUP202", "'rho' of 'Inner' is 2: a density is the share of weights kept, in (0, 1] (1 is dense, 0.25 keeps a quarter)",
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

        new("SUP203", "'1/128' is an integer division and gives 0 (write 1/128.0)",
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

        new("SUP203", "'1 / 2' is an integer division and gives 0 (write 1 / 2.0)",
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

        new("SUP206", "'rho' is marked [Density] but makes nothing sparse (add [Sparse(nameof(rho))] to a layer, or pass it on)",
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

        new("SUP301", "'width' of the model 'M' is marked [MuWidth] without a base (write [MuWidth(256)], the size at which the hyperparameters are tuned)",
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

        new("SUP301", "'layers' of the model 'M' is marked [MuDepth] without a base (write [MuDepth(4)], the size at which the hyperparameters are tuned)",
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

        new("SUP302", "The base of 'width' is 0: it must be at least 1 (write the size at which the hyperparameters are tuned)",
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

        new("SUP303", "'width' of the block 'M' states a base, which comes from the model it is used in (write [MuWidth])",
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

        new("SUP306", "The model 'M' has no [MuWidth] parameter, so every multiplier is 1 (mark a size: [MuWidth(256)] int width)",
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

        new("SUP307", "The default of 'width' is 512 but its base is 256 (make them equal, or remove the default)",
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

        new("SUP309", "'Act' is a ReLU, which declares no tensors, so its parameters would be in no learning-rate group (add [Foreign(nameof(…), nameof(…), Role = Role.Hidden)], or use a layer of SuParDsl)",
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

        new("SUP318", "'layers' counts the blocks of 'Blocks' but is not marked, so residual branches and learning rates do not follow depth (mark it: [MuDepth(6)] int layers)",
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

        new("SUP320", "The α of 'layers' is 2: it must be in [0.5, 1] (1 keeps feature learning at every depth)",
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

        .. ImageCases.All,
        .. OpCases.All,
    ];
}
