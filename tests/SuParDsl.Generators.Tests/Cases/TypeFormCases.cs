namespace SuParDsl.Generators.Tests;

/// <summary>Cases about the form of the class and what is around it.</summary>
internal static class TypeFormCases
{
    public static DiagnosticCase[] All { get; } =
    [
        new("SUP001", "'M' is marked [Block] but is not partial, so its other half cannot be generated (write: partial class M)",
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

        new("SUP003", "'M' is marked [Block] but is local to its file, but its generated half is in another file "
            + "(make it an ordinary partial class)",
            """
            [Block]
            file partial class «M»([MuWidth] int width)
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

        new("SUP003", "'M' is marked [Block] but is inside 'Outer', which is local to its file, "
            + "but its generated half is in another file (make it an ordinary partial class)",
            """
            file partial class Outer
            {
            [Block]
            public partial class «M»([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            }
            """,
            """
            internal partial class Outer
            {
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            }
            """, Emits: false),

        new("SUP004", "'M' is marked [Block] but is generic (write a separate class for each type argument)",
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

        new("SUP005", "'M' has no primary constructor, so its sizes cannot be analyzed "
            + "(move its constructor's parameters to the type: partial class M(…))",
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

        new("SUP005", "'M' has no primary constructor, so its sizes cannot be analyzed "
            + "(move its constructor's parameters to the type: partial class M(…))",
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

        new("SUP006",
            "'M' is marked [Model] and [Block] (remove one: a model states base sizes, a block takes them from its model)",
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

        new("SUP007", "'M' derives from 'Root', but its base class is generated (remove ': Root' and use composition instead)",
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

        new("SUP008", "'In' is a [Model] used as a layer of 'M', but only the outermost model draws masks and weights "
            + "(mark 'Inner' as a [Block])",
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
    ];
}
