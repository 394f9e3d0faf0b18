namespace SuParDsl.Generators.Tests;

/// <summary>Cases about how layers are connected, and about what is not a flow.</summary>
internal static class WiringCases
{
    public static DiagnosticCase[] All { get; } =
    [
        new("SUP120",
            "'Norm' is not used in the flow, so its parameters would get no gradient (use it in the flow, or remove it)",
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
                    return y | Softmax;
                }
            }
            """),

        new("SUP123", "'Up' takes 1 tensor but receives 2 (write: x | Up)",
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

        new("SUP127", "'Blocks' builds its blocks by the index 'i', which changes the size 'inner' of N "
            + "(all blocks must have the same sizes: use the index for flags, densities and other values only)",
            """
            [Block]
            public partial class N([MuWidth] int width, int inner, bool bias)
            {
                public Linear Up { get; } = new(width, inner, bias);
                public Linear Down { get; } = new(inner, width);
                [Flow] Tensor Flow(Tensor x) => x | Up | Relu | Down;
            }

            [Block]
            public partial class M([MuWidth] int width, int inner)
            {
                public Repeat<N> Blocks { get; } = new(2, i => «new(width, inner * (i + 1), false)»);
                [Flow] Tensor Flow(Tensor x) => x | Blocks;
            }
            """,
            """
            [Block]
            public partial class N([MuWidth] int width, int inner, bool bias)
            {
                public Linear Up { get; } = new(width, inner, bias);
                public Linear Down { get; } = new(inner, width);
                [Flow] Tensor Flow(Tensor x) => x | Up | Relu | Down;
            }

            [Block]
            public partial class M([MuWidth] int width, int inner)
            {
                public Repeat<N> Blocks { get; } = new(2, i => new(width, inner, false));
                [Flow] Tensor Flow(Tensor x) => x | Blocks;
            }
            """),

        new("SUP127", "'Blocks' builds its blocks by the index 'i', which changes whether N has all of its tensors, by 'bias' "
            + "(all blocks must have the same tensors: declare two Repeats)",
            """
            [Block]
            public partial class N([MuWidth] int width, int inner, bool bias)
            {
                public Linear Up { get; } = new(width, inner, bias);
                public Linear Down { get; } = new(inner, width);
                [Flow] Tensor Flow(Tensor x) => x | Up | Relu | Down;
            }

            [Block]
            public partial class M([MuWidth] int width, int inner)
            {
                public Repeat<N> Blocks { get; } = new(2, i => «new(width, inner, i > 0)»);
                [Flow] Tensor Flow(Tensor x) => x | Blocks;
            }
            """,
            """
            [Block]
            public partial class N([MuWidth] int width, int inner, bool bias)
            {
                public Linear Up { get; } = new(width, inner, bias);
                public Linear Down { get; } = new(inner, width);
                [Flow] Tensor Flow(Tensor x) => x | Up | Relu | Down;
            }

            [Block]
            public partial class M([MuWidth] int width, int inner)
            {
                public Repeat<N> Blocks { get; } = new(2, i => new(width, inner, true));
                [Flow] Tensor Flow(Tensor x) => x | Blocks;
            }
            """),

        new("SUP127", "'Blocks' builds its blocks by the index 'i', which changes whether N has all of its tensors, by 'isLocal' "
            + "(all blocks must have the same tensors: declare two Repeats)",
            """
            [Block]
            public partial class N([MuWidth] int width, bool isLocal)
            {
                public Linear Up { get; } = new(width, width, bias: !isLocal);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Repeat<N> Blocks { get; } = new(2, i => «new(width, i > 0)»);
                [Flow] Tensor Flow(Tensor x) => x | Blocks;
            }
            """,
            """
            [Block]
            public partial class N([MuWidth] int width, bool isLocal)
            {
                public Linear Up { get; } = new(width, width, bias: !isLocal);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }

            [Block]
            public partial class M([MuWidth] int width)
            {
                public Repeat<N> Blocks { get; } = new(2, i => new(width, true));
                [Flow] Tensor Flow(Tensor x) => x | Blocks;
            }
            """),

        new("SUP127", "'Blocks' builds its blocks by the index 'inner', which is also another name of the class "
            + "(rename the index)",
            """
            [Block]
            public partial class N([MuWidth] int width, int inner, bool bias)
            {
                public Linear Up { get; } = new(width, inner, bias);
                public Linear Down { get; } = new(inner, width);
                [Flow] Tensor Flow(Tensor x) => x | Up | Relu | Down;
            }

            [Block]
            public partial class M([MuWidth] int width, int inner)
            {
                public Repeat<N> Blocks { get; } = new(2, inner => «new(width, 8, true)»);
                [Flow] Tensor Flow(Tensor x) => x | Blocks;
            }
            """,
            """
            [Block]
            public partial class N([MuWidth] int width, int inner, bool bias)
            {
                public Linear Up { get; } = new(width, inner, bias);
                public Linear Down { get; } = new(inner, width);
                [Flow] Tensor Flow(Tensor x) => x | Up | Relu | Down;
            }

            [Block]
            public partial class M([MuWidth] int width, int inner)
            {
                public Repeat<N> Blocks { get; } = new(2, i => new(width, inner, true));
                [Flow] Tensor Flow(Tensor x) => x | Blocks;
            }
            """),

        new("SUP118", "'Moe' activates 8 experts at the base, but has 4 (activate at most 4)",
            """
            [Model]
            public partial class M([MuWidth(64)] int width, int experts = 4)
            {
                public Linear     In  { get; } = new(3, width);
                public Experts<N> Moe { get; } = new(experts, «8», width, () => new(width));
                public Linear     Out { get; } = new(width, 3);
                [Flow] Tensor Flow(Tensor x) => x | In | Moe | Out;
            }

            [Block]
            public partial class N([MuWidth] int size)
            {
                public Linear Map { get; } = new(size, size);
                [Flow] Tensor Flow(Tensor x) => x | Map;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(64)] int width, int experts = 4)
            {
                public Linear     In  { get; } = new(3, width);
                public Experts<N> Moe { get; } = new(experts, 2, width, () => new(width));
                public Linear     Out { get; } = new(width, 3);
                [Flow] Tensor Flow(Tensor x) => x | In | Moe | Out;
            }

            [Block]
            public partial class N([MuWidth] int size)
            {
                public Linear Map { get; } = new(size, size);
                [Flow] Tensor Flow(Tensor x) => x | Map;
            }
            """),

        new("SUP118", "'Moe' activates 5 experts, but has 4 (activate at most 4)",
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                public Linear     In  { get; } = new(3, width);
                public Experts<N> Moe { get; } = new(4, «5», width, () => new(width));
                public Linear     Out { get; } = new(width, 3);
                [Flow] Tensor Flow(Tensor x) => x | In | Moe | Out;
            }

            [Block]
            public partial class N([MuWidth] int size)
            {
                public Linear Map { get; } = new(size, size);
                [Flow] Tensor Flow(Tensor x) => x | Map;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                public Linear     In  { get; } = new(3, width);
                public Experts<N> Moe { get; } = new(4, 4, width, () => new(width));
                public Linear     Out { get; } = new(width, 3);
                [Flow] Tensor Flow(Tensor x) => x | In | Moe | Out;
            }

            [Block]
            public partial class N([MuWidth] int size)
            {
                public Linear Map { get; } = new(size, size);
                [Flow] Tensor Flow(Tensor x) => x | Map;
            }
            """),

        new("SUP118", "'Moe' counts its experts by experts (4 at the base), which scales "
            + "(use a parameter without [MuWidth] and [MuDepth]: the rule follows the number of experts by itself)",
            """
            [Model]
            public partial class M([MuWidth(64)] int width, [MuDepth(4)] int experts)
            {
                public Linear     In  { get; } = new(3, width);
                public Experts<N> Moe { get; } = new(«experts», 2, width, () => new(width));
                public Linear     Out { get; } = new(width, 3);
                [Flow] Tensor Flow(Tensor x) => x | In | Moe | Out;
            }

            [Block]
            public partial class N([MuWidth] int size)
            {
                public Linear Map { get; } = new(size, size);
                [Flow] Tensor Flow(Tensor x) => x | Map;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(64)] int width, int experts = 4)
            {
                public Linear     In  { get; } = new(3, width);
                public Experts<N> Moe { get; } = new(experts, 2, width, () => new(width));
                public Linear     Out { get; } = new(width, 3);
                [Flow] Tensor Flow(Tensor x) => x | In | Moe | Out;
            }

            [Block]
            public partial class N([MuWidth] int size)
            {
                public Linear Map { get; } = new(size, size);
                [Flow] Tensor Flow(Tensor x) => x | Map;
            }
            """),

        new("SUP118", "'Moe' routes vectors of size 2·width (128 at the base) to 'N', which takes … width "
            + "(pass the size that the block takes as the width)",
            """
            [Model]
            public partial class M([MuWidth(64)] int width, int experts = 4)
            {
                public Linear     In  { get; } = new(3, width);
                public Experts<N> Moe { get; } = new(experts, 2, 2 * width, () => «new(width)»);
                public Linear     Out { get; } = new(width, 3);
                [Flow] Tensor Flow(Tensor x) => x | In | Moe | Out;
            }

            [Block]
            public partial class N([MuWidth] int size)
            {
                public Linear Map { get; } = new(size, size);
                [Flow] Tensor Flow(Tensor x) => x | Map;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(64)] int width, int experts = 4)
            {
                public Linear     In  { get; } = new(3, width);
                public Experts<N> Moe { get; } = new(experts, 2, width, () => new(width));
                public Linear     Out { get; } = new(width, 3);
                [Flow] Tensor Flow(Tensor x) => x | In | Moe | Out;
            }

            [Block]
            public partial class N([MuWidth] int size)
            {
                public Linear Map { get; } = new(size, size);
                [Flow] Tensor Flow(Tensor x) => x | Map;
            }
            """),

        new("SUP118", "'Moe' gives single positions to 'N', which takes … T width "
            + "(use a block that treats each position by itself, such as a feed-forward layer)",
            """
            [Model]
            public partial class M([MuWidth(64)] int width, int experts = 4)
            {
                public Linear     In  { get; } = new(3, width);
                public Experts<N> Moe { get; } = new(experts, 2, width, () => «new(width)»);
                public Linear     Out { get; } = new(width, 3);
                [Flow] Tensor Flow(Tensor x) => x | In | Moe | Out;
            }

            [Block]
            public partial class N([MuWidth] int size)
            {
                public Linear Qkv { get; } = new(size, 3 * size);
                [Flow] Tensor Flow(Tensor x)
                {
                    var (q, k, v) = (x | Qkv).Split(3);
                    return Attention(q.Heads(8), k.Heads(8), v.Heads(8), causal: true).Merge();
                }
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(64)] int width, int experts = 4)
            {
                public Linear     In  { get; } = new(3, width);
                public Experts<N> Moe { get; } = new(experts, 2, width, () => new(width));
                public Linear     Out { get; } = new(width, 3);
                [Flow] Tensor Flow(Tensor x) => x | In | Moe | Out;
            }

            [Block]
            public partial class N([MuWidth] int size)
            {
                public Linear Map { get; } = new(size, size);
                [Flow] Tensor Flow(Tensor x) => x | Map;
            }
            """),

        new("SUP124", "'Blocks' repeats 'N', which maps … width → … 2·width (make the block end with the size it starts with)",
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

        new("SUP130",
            "'x.sum()' is not part of the flow language: a sum is over one axis (write: x.Sum(-1))",
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

        new("SUP130", "'if (width > 3) x = x | Up;' is not part of the flow language: a flow has no conditions "
            + "(a condition may choose a number, (flag ? 1.0 : 0.0) * x; otherwise decide inside a static method marked [Op])",
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

        new("SUP130",
            "'(x | Up) % 2' is not part of the flow language: it is not a flow operation "
            + "(wrap it in a static method marked [Op])",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => «(x | Up) % 2»;
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

        new("SUP130", "'x' is not part of the flow language: 'x' is a tensor, and | pipes a tensor into a layer "
            + "(use + or * to combine tensors)",
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

        new("SUP130", "'TorchSharp.torch.ones(3)' is not part of the flow language: it is not a flow operation "
            + "(wrap it in a static method marked [Op])",
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

        new("SUP130", "'torch.nn.functional.relu(Up.forward(x))' is not part of the flow language: it is not a flow operation "
            + "(write: x | Up | Relu)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => «torch.nn.functional.relu(Up.forward(x))»;
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up | Relu;
            }
            """),

        new("SUP130", "'Mix.forward(x)' is not part of the flow language: it is not a flow operation (write: x | Mix)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public N Mix { get; } = new(width);
                [Flow] Tensor Flow(Tensor x) => x + «Mix.forward(x)»;
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
                public N Mix { get; } = new(width);
                [Flow] Tensor Flow(Tensor x) => x + (x | Mix);
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP131",
            "'Flow' is a declaration that is read at compile time and never runs (write call, which runs the generated forward)",
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
                public static Tensor Use(N n, Tensor x) => n.call(x);
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] public Tensor Flow(Tensor x) => x | Up;
            }
            """),

        new("SUP131",
            "'Flow' is a declaration that is read at compile time and never runs (write call, which runs the generated forward)",
            """
            [Block]
            public partial class M([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => x | Up;
            }

            public static class User
            {
                public static (Tensor, Tensor) Use(N n, Tensor x) => «n.Flow(x)»;
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] public (Tensor, Tensor) Flow(Tensor x) => (x | Up, x);
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
                public static (Tensor, Tensor) Use(N n, Tensor x) => n.call(x);
            }

            [Block]
            public partial class N([MuWidth] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] public (Tensor, Tensor) Flow(Tensor x) => (x | Up, x);
            }
            """),
    ];
}
