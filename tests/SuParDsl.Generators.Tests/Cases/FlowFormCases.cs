namespace SuParDsl.Generators.Tests;

/// <summary>Cases about the flow as a method, and layers as members.</summary>
internal static class FlowFormCases
{
    public static DiagnosticCase[] All { get; } =
    [
        new("SUP009", "'M' does not define how its layers are connected (add: [Flow] Tensor Flow(Tensor x) => x | Up;)",
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

        new("SUP010", "'M' has a [Flow] method and its own forward (remove one: forward is generated from the flow)",
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

        new("SUP011", "'M' already has the [Flow] method 'Flow' (remove one of them)",
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

        new("SUP012", "'Flow' takes 'y', which is an int and not a Tensor (make it a parameter of the class: M(…, int y))",
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

        new("SUP012",
            "'Flow' must return one Tensor or a tuple of 2 to 4 of them "
            + "(write: Tensor Flow(…) => …, or (Tensor, Tensor) Flow(…) => (…, …))",
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

        new("SUP012", "'Flow' takes 'pair' as a tuple (write its parts as parameters: Flow(Tensor a, Tensor b))",
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor «Flow»((Tensor a, Tensor b) pair) => pair.a | Up;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor a, Tensor b) => (a | Up) * b;
            }
            """),

        new("SUP012",
            "'Flow' takes 'x', a Tensor[], whose number of Tensors is not known at compile time "
            + "(write one parameter for each: Flow(Tensor x0, Tensor x1))",
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor «Flow»(params Tensor[] x) => x[0] | Up;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x0, Tensor x1) => (x0 | Up) * x1;
            }
            """),

        new("SUP012",
            "'Flow' takes 5 Tensors, and at most 4 are allowed "
            + "(pass those of one type and length as one Tensor, and take them apart with Split)",
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor «Flow»(Tensor a, Tensor b, Tensor c, Tensor d, Tensor e) => a | Up;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor a, Tensor b, Tensor c, Tensor d) => (a | Up) * b * c * d;
            }
            """),

        new("SUP012", "'Flow' takes no Tensor (write what goes in: Tensor Flow(Tensor x))",
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor «Flow»() => null!;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP012", "'Flow' is static, but forward is an ordinary method (write: Tensor Flow(Tensor x))",
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] static Tensor «Flow»(Tensor x) => x;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP012", "'Flow' takes 'x' by reference (write: Tensor x)",
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor «Flow»(ref Tensor x) => x | Up;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP013", "'Up' has a setter, so its sizes cannot be read (write: public Linear Up { get; } = new(…);)",
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

        new("SUP013", "'Up' has no initializer, so its sizes cannot be read (write: public Linear Up { get; } = new(…);)",
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
            """, CSharp: "CS8618"),

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

        new("SUP013",
            "'Up' is not initialized with new(…), so its sizes cannot be read (write: public Linear Up { get; } = new(…);)",
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

        new("SUP013", "'Up' does not construct its blocks in place, so its sizes cannot be read "
            + "(write: public Repeat<N> Up { get; } = new(2, () => new(…));)",
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
            """),

        new("SUP014", "'More' holds layers in a Linear[], where they have neither names nor roles (use Repeat<Linear>)",
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

        new("SUP014", "'More' holds layers in a List<Linear>, where they have neither names nor roles (use Repeat<Linear>)",
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

        new("SUP015", "'Up' is marked [Sparse] and [Dense] (remove one of them)",
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

        new("SUP016", "[MuWidth] has no effect on 'rate': a size must be an int "
            + "(write int for its type, or remove the attribute)",
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

        new("SUP016", "[Init] has no effect on 'Up': Gain must be a positive number or name a plain double parameter "
            + "(write [Init(Gain = 0.5)], or [Init(Gain = nameof(gain))] with double gain)",
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

        new("SUP018", "'Inner' is a M, which contains 'M' again, so the nesting never ends (remove one of these layers)",
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

        new("SUP019", "'Relu' of 'M' has the name of a flow operation (rename it)",
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

        new("SUP019", "'name' of 'M' has the name of a member of its base class, Module.name (rename it)",
            """
            [Model]
            public partial class M([MuWidth(256)] int width, int «name» = 10)
            {
                public Linear Up { get; } = new(width, name);
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

        new("SUP019", "'Masks' of 'M' has the name of a member of its base class, Model.Masks (rename it)",
            """
            [Model]
            public partial class M([MuWidth(256)] int width, int classes = 10)
            {
                public Linear «Masks» { get; } = new(width, classes);
                [Flow] Tensor Flow(Tensor x) => x | Masks;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width, int classes = 10)
            {
                public Linear Up { get; } = new(width, classes);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """, CSharp: "CS0108"),

        new("SUP019", "'classes' of 'M' has the name of a parameter (rename it)",
            """
            [Model]
            public partial class M([MuWidth(256)] int width, int classes = 10)
            {
                public Linear «classes» { get; } = new(width, classes);
                [Flow] Tensor Flow(Tensor x) => x | classes;
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

        new("SUP019", "'Base' has the name of a member that is generated in it (rename it)",
            """
            [Model]
            public partial class «Base»([MuWidth(256)] int width, int classes = 10)
            {
                public Linear Up { get; } = new(width, classes);
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
            """, Emits: false),

        new("SUP019", "'_' of 'M' has the name of a discard (rename it)",
            """
            [Model]
            public partial class M([MuWidth(256)] int width, int classes = 10)
            {
                public Linear «_» { get; } = new(width, classes);
                [Flow] Tensor Flow(Tensor x) => x | _;
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

        new("SUP021", "'classes' of 'M' is passed by reference, so no member can capture it (pass it by value)",
            """
            [Model]
            public partial class M([MuWidth(256)] int width, in int «classes» = 10)
            {
                public Linear Up { get; } = new(width, classes);
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
            """, Emits: false),

        new("SUP021", "'sizes' of 'M' is of type Span<int>, which no member can capture (take an array)",
            """
            [Model]
            public partial class M([MuWidth(256)] int width, Span<int> «sizes»)
            {
                public Linear Up { get; } = new(width, sizes[0]);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width, int[] sizes)
            {
                public Linear Up { get; } = new(width, sizes[0]);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """, Emits: false),

        new("SUP021", "'scale' of 'M' is dynamic, which a record of sizes cannot pass on (take an object)",
            """
            [Model]
            public partial class M([MuWidth(256)] int width, dynamic «scale», int classes = 10)
            {
                public object Scale => scale;
                public Linear Up { get; } = new(width, classes);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width, object scale, int classes = 10)
            {
                public object Scale => scale;
                public Linear Up { get; } = new(width, classes);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """, Emits: false),

        new("SUP021", "'Sizes' of 'M' is local to its file, but the generated half of the class is in another file "
            + "(write: internal static class Sizes)",
            """
            file static class Sizes
            {
                public static int Round(int size) => size / 8 * 8;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, «Sizes».Round(width));
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """,
            """
            internal static class Sizes
            {
                public static int Round(int size) => size / 8 * 8;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, Sizes.Round(width));
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),
    ];
}
