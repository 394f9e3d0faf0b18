namespace SuParDsl.Generators.Tests;

/// <summary>Cases about shapes.</summary>
internal static class ShapeCases
{
    public static DiagnosticCase[] All { get; } =
    [
        new("SUP101", "'Down' maps 3·width → width but receives [… 4·width] (last axis: 4·width ≠ 3·width; "
            + "write 4 * width for 'inputs' of 'Down', or give it 3·width)",
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

        new("SUP101", "'Down' maps 3·width (768 at the base) → width (256 at the base) but receives [… 4·width] "
            + "(last axis: 4·width (1024 at the base) ≠ 3·width (768 at the base); "
            + "write 4 * width for 'inputs' of 'Down', or give it 3·width)",
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

        new("SUP101", "'Item' maps features (6 at the base) → width (64 at the base) but receives [T width] "
            + "(last axis: width (64 at the base) ≠ features (6 at the base); "
            + "write width for 'inputs' of 'Item', or give it features)",
            """
            [Model]
            public partial class M([MuWidth(64)] int width, int users = 50, int features = 6)
            {
                public Embedding User { get; } = new(users, width);
                public Linear Item { get; } = new(features, width);
                public Linear Score { get; } = new(width, 1);
                [Flow] Tensor Flow([Shape("B")] Tensor ids, [Shape("B", nameof(width))] Tensor items) =>
                    (ids | User) * (items | «Item») | Score;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(64)] int width, int users = 50, int features = 6)
            {
                public Embedding User { get; } = new(users, width);
                public Linear Item { get; } = new(features, width);
                public Linear Score { get; } = new(width, 1);
                [Flow] Tensor Flow([Shape("B")] Tensor ids, [Shape("B", nameof(features))] Tensor items) =>
                    (ids | User) * (items | Item) | Score;
            }
            """),

        new("SUP101", "'Tok.Unembed' maps 2·width (512 at the base) → classes (10 at the base) but receives [… T width] "
            + "(last axis: width (256 at the base) ≠ 2·width (512 at the base); "
            + "write width for 'width' of 'Tok', or give it 2·width)",
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

        new("SUP101", "'Inner' maps … 2·width → … 2·width but receives [… width] (last axis: width ≠ 2·width; "
            + "write width for 'width' of 'Inner', or give it 2·width)",
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

        new("SUP102", "The branch ends with size 4·width, but the residual stream has size width "
            + "(map the branch back to width before the addition)",
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

        new("SUP103", "[… width] and [… 2·width] cannot be combined with '*': width ≠ 2·width on the last axis "
            + "(make both sizes equal)",
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

        new("SUP103", "[… width] and [… 2·width] cannot be combined with '*': "
            + "width (64 at the base) ≠ 2·width (128 at the base) on the last axis (make both sizes equal)",
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                public Linear Left { get; } = new(3, width);
                public Linear Right { get; } = new(3, 2 * width);
                public Linear Head { get; } = new(width, 1);
                [Flow] Tensor Flow(Tensor first, Tensor second) => «(first | Left) * (second | Right)» | Head;
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(64)] int width)
            {
                public Linear Left { get; } = new(3, width);
                public Linear Right { get; } = new(3, width);
                public Linear Head { get; } = new(width, 1);
                [Flow] Tensor Flow(Tensor first, Tensor second) => (first | Left) * (second | Right) | Head;
            }
            """),

        new("SUP126", "'heads' is named as a number of heads, but .Heads takes the size of one head "
            + "(write .Heads(width / heads))",
            """
            [Block]
            public partial class M([MuWidth] int width, int heads)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => (x | Up).Heads(«heads»).Merge();
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width, int heads)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => (x | Up).Heads(width / heads).Merge();
            }
            """),

        new("SUP104",
            "The heads of the queries have size headDim and those of the keys 2·headDim, but they must be equal "
            + "(give both the same argument: .Heads takes the size of one head, not the number of heads)",
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

        new("SUP105", "Attention receives width/headDim query heads and 2·width/headDim key heads "
            + "(use a number of key heads that divides the number of query heads)",
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

        new("SUP117", "The argument 'keyMask' of Attention takes B S but receives [B 13] (13 ≠ 12; the logits are "
            + "[B width/headDim 12 12])",
            """
            [Block]
            public partial class M([MuWidth] int width, int headDim)
            {
                public Linear Q { get; } = new(width, width);
                [Flow] Tensor Flow([Shape("B", 12, nameof(width))] Tensor x, [Shape("B", 13)] Tensor real)
                {
                    var q = (x | Q).Heads(headDim);
                    return Attention(q, q, q, causal: false, keyMask: «real»).Merge();
                }
            }
            """,
            """
            [Block]
            public partial class M([MuWidth] int width, int headDim)
            {
                public Linear Q { get; } = new(width, width);
                [Flow] Tensor Flow([Shape("B", 12, nameof(width))] Tensor x, [Shape("B", 12)] Tensor real)
                {
                    var q = (x | Q).Heads(headDim);
                    return Attention(q, q, q, causal: false, keyMask: real).Merge();
                }
            }
            """),

        new("SUP106", "width (256 at the base) is not a multiple of the head size headDim "
            + "(48 at the base) in '(x | Up).Heads(headDim)' (use 240 or 288)",
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

        new("SUP106",
            "width (256 at the base) is not a multiple of the head size 48 in '(x | Up).Heads(headDim)' (use 240 or 288)",
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

        new("SUP107", "width (256 at the base) is not a multiple of 3 in 'width / 3' (use 255 or 258)",
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

        new("SUP107", "width is not a multiple of 0 in 'width / 0' (divide by a size that is not 0)",
            """
            [Model]
            public partial class M([MuWidth(256)] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => (x | Up).Heads(width / «0»).Merge();
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => (x | Up).Heads(width / 4).Merge();
            }
            """),

        new("SUP107", "width (256 at the base) is not a multiple of 3 in 'width / 3' (use 255 or 258)",
            """
            [Model]
            public partial class M([MuWidth(256)] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => (x | Up).Heads(width / «3»).Merge();
            }
            """,
            """
            [Model]
            public partial class M([MuWidth(256)] int width)
            {
                public Linear Up { get; } = new(width, width);
                [Flow] Tensor Flow(Tensor x) => (x | Up).Heads(width / 4).Merge();
            }
            """),

        new("SUP107", "width is not a multiple of 0 in 'width / 0' (divide by a size that is not 0)",
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

        new("SUP108",
            "'outputs' of 'Up' is width - 256, 0 at the base, but a size must be at least 1 (change the expression or the base)",
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

        new("SUP110",
            "'|' binds more weakly than '+', so all of 'x + x' is one side of the pipe (write x + (x | …), or (x + x) | …)",
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

        new("SUP110", "'|' binds more weakly than '+', so all of 'Up + x' is one side of the pipe (write (… | Up) + x)",
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

        new("SUP111", "'Merge' needs at least 3 axes but receives [width] (call it on a tensor that .Heads has split)",
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

        new("SUP111", "'Heads' needs at least 2 axes but receives [T] (call it on a tensor with positions and features)",
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
    ];
}
