namespace SuParDsl.Generators.Tests;

/// <summary>Every fix of a declaration.</summary>
internal static class FixCases
{
    private const string Up = "public Linear Up { get; } = new(width, width);";
    private const string Flow = "[Flow] Tensor Flow(Tensor x) => x | Up;";
    private const string Inner = "\n\n[Block]\npublic partial class N([MuWidth] int width)\n{\n    " + Up + "\n    " + Flow
        + "\n}";

    public static FixCase[] All { get; } =
    [
        new("SUP001", "Add partial", Block(Up, Flow).Replace("partial ", "", StringComparison.Ordinal), Block(Up, Flow)),
        new("SUP002", "Add partial", "public class Outer\n{\n" + Block(Up, Flow) + "\n}", "public partial class Outer\n{\n"
            + Block(Up, Flow) + "\n}"),
        new("SUP006", "Remove [Block]", Of("[Model, Block]", "[MuWidth(64)] int width", Up, Flow),
            Of("[Model]", "[MuWidth(64)] int width", Up, Flow)),
        new("SUP006", "Remove [Model]", Of("[Model]\n[Block]", "[MuWidth] int width", Up, Flow), Block(Up, Flow)),
        new("SUP010", "Remove forward", Block(Up, Flow, Forward("Up")), Block(Up, Flow)),
        new("SUP010", "Remove the flow", Block(Up, Flow, Forward("Up")), Block(Up, Forward("Up"))),
        new("SUP011", "Remove [Flow]",
            Block(Up, Flow, "[Flow] Tensor Again(Tensor x) => x | Up;"), Block(Up, Flow, "Tensor Again(Tensor x) => x | Up;")),
        new("SUP013", "Make it a get-only property that is constructed here",
            Block("public Linear Up { get; set; } = new(width, width);", Flow), Block(Up, Flow)),
        new("SUP013", "Make it a get-only property that is constructed here",
            Block("public Linear Up => new(width, width);", Flow), Block(Up, Flow)),
        new("SUP013", "Make it a get-only property that is constructed here",
            Block("public readonly Linear Up = new(width, width);", Flow), Block(Up, Flow)),
        new("SUP015", "Remove [Dense]", Block("[Sparse(0.5), Dense]\n    " + Up, Flow), Block("[Sparse(0.5)]\n    " + Up, Flow)),
        new("SUP015", "Remove [Sparse]", Block("[Sparse(0.5)]\n    [Dense]\n    " + Up, Flow), Block("[Dense]\n    " + Up, Flow)),
        new("SUP016", "Remove [Dense]",
            Block("[Dense]\n    public RmsNorm Up { get; } = new(width);", Flow),
                Block("public RmsNorm Up { get; } = new(width);", Flow)),
        new("SUP110", "Pipe only the last term: a + (b | …)", Block(Up, Piped("x + x | Up | Relu")),
            Block(Up, Piped("x + (x | Up | Relu)"))),
        new("SUP110", "Pipe the whole: (a + b) | …", Block(Up, Piped("x + x | Up | Relu")),
            Block(Up, Piped("(x + x) | Up | Relu"))),
        new("SUP110", "End the pipe before the +", Block(Up, Piped("x | Relu | Up + x")),
            Block(Up, Piped("(x | Relu | Up) + x"))),
        new("SUP120", "Remove the layer", Block(Up, "public RmsNorm Norm { get; } = new(width);", Flow), Block(Up, Flow)),
        new("SUP121", "Remove the local",
            Block(Up, "[Flow] Tensor Flow(Tensor x)\n    {\n        var y = x | Up;\n        return x | Up;\n    }"),
            Block(Up, "[Flow] Tensor Flow(Tensor x)\n    {\n        return x | Up;\n    }")),
        new("SUP130", "Write x | Up | Relu", Block(Up, Piped("torch.nn.functional.relu(Up.forward(x))")),
            Block(Up, Piped("x | Up | Relu"))),
        new("SUP130", "Write (x | Up)", Block(Up, Piped("x + Up.forward(x)")), Block(Up, Piped("x + (x | Up)"))),
        new("SUP130", "Write Relu", Block(Up, Piped("x | torch.nn.ReLU() | Up")), Block(Up, Piped("x | Relu | Up"))),
        new("SUP130", "Write x", Block(Up, Piped("x.clone() | Up")), Block(Up, Piped("x | Up"))),
        new("SUP130", "Write Cat(x, x | Up)", Block(Up, Piped("torch.cat(new[] { x, Up.forward(x) }, -1)")),
            Block(Up, Piped("Cat(x, x | Up)"))),
        new("SUP130", "Write x.Heads(8)", Block(Up, Piped("x.view(2, 7, 4, 8).transpose(1, 2).Merge() | Up")),
            Block(Up, Piped("x.Heads(8).Merge() | Up"))),
        new("SUP130", "Write var y = x | Up;",
            Block(Up, "[Flow] Tensor Flow(Tensor x)\n    {\n        using var y = x | Up;\n        return x + y;\n    }"),
            Block(Up, "[Flow] Tensor Flow(Tensor x)\n    {\n        var y = x | Up;\n        return x + y;\n    }")),
        new("SUP126", "Write width / heads",
            Of("[Block]", "[MuWidth] int width, int heads", Up, Piped("(x | Up).Heads(heads).Merge()")),
            Of("[Block]", "[MuWidth] int width, int heads", Up, Piped("(x | Up).Heads(width / heads).Merge()"))),
        new("SUP131", "Write call", User("n.Flow(x)"), User("n.call(x)")),
        new("SUP131", "Write call", User("n.Flow(x)").Replace("public Tensor Flow", "Tensor Flow", StringComparison.Ordinal),
            User("n.call(x)").Replace("public Tensor Flow", "Tensor Flow", StringComparison.Ordinal)),
        new("SUP201", "Remove [Sparse]",
            Block("[Sparse(0.5)] public RmsNorm Up { get; } = new(width);", Flow),
                Block("public RmsNorm Up { get; } = new(width);", Flow)),
        new("SUP202", "Write 0.25", Block("[Sparse(25)] " + Up, Flow), Block("[Sparse(0.25)] " + Up, Flow)),
        new("SUP220", "Write double",
            Of("[Block]", "[MuWidth] int width, [Density] float rho", "[Sparse(nameof(rho))]", Up, Flow),
            Of("[Block]", "[MuWidth] int width, [Density] double rho", "[Sparse(nameof(rho))]", Up, Flow)),
        new("SUP328", "Write 4 * width",
            Of("[Model]", "[MuWidth(64)] int width", "public Linear In { get; } = new(width, 256);",
                "public Linear Up { get; } = new(256, 10);", Piped("x | In | Relu | Up")),
            Of("[Model]", "[MuWidth(64)] int width", "public Linear In { get; } = new(width, 4 * width);",
                "public Linear Up { get; } = new(4 * width, 10);", Piped("x | In | Relu | Up"))),
        new("SUP203", "Write 1/128.0", Block("[Sparse(1/128)] " + Up, Flow), Block("[Sparse(1/128.0)] " + Up, Flow)),
        new("SUP206", "Add [Sparse(nameof(rho))] to 'Up'",
            Of("[Block]", "[MuWidth] int width, [Density] double rho", Up, Flow),
            Of("[Block]", "[MuWidth] int width, [Density] double rho", "[Sparse(nameof(rho))]\n    " + Up, Flow)),
        new("SUP301", "Write [MuWidth(256)]", Of("[Model]", "[MuWidth] int width", Up, Flow),
            Of("[Model]", "[MuWidth(256)] int width", Up, Flow)),
        new("SUP301", "Write [MuDepth(6)]",
            Of("[Model]", "[MuWidth(64)] int width, [MuDepth] int layers = 6", Blocks, Flow) + Inner,
            Of("[Model]", "[MuWidth(64)] int width, [MuDepth(6)] int layers = 6", Blocks, Flow) + Inner),
        new("SUP303", "Write [MuWidth]: a block inherits its base", Of("[Block]", "[MuWidth(64)] int width", Up, Flow),
            Block(Up, Flow)),
        new("SUP304", "Mark 'n' [MuWidth]",
            Block("public P Up { get; } = new(2 * width);", Flow)
                + Inner.Replace("N([MuWidth] int width)", "P(int n)", StringComparison.Ordinal).Replace("width", "n",
                StringComparison.Ordinal),
            Block("public P Up { get; } = new(2 * width);", Flow)
                + Inner.Replace("N([MuWidth] int width)", "P([MuWidth] int n)", StringComparison.Ordinal).Replace("width", "n",
                StringComparison.Ordinal)),
        new("SUP307", "Make the default the base",
            Of("[Model]", "[MuWidth(256)] int width = 512", Up, Flow), Of("[Model]", "[MuWidth(256)] int width = 256", Up, Flow)),
        new("SUP307", "Remove the default",
            Of("[Model]", "[MuWidth(256)] int width = 512", Up, Flow), Of("[Model]", "[MuWidth(256)] int width", Up, Flow)),
        new("SUP318", "Mark 'layers' [MuDepth(6)]",
            Of("[Model]", "[MuWidth(64)] int width, int layers = 6", Blocks, Flow) + Inner,
            Of("[Model]", "[MuWidth(64)] int width, [MuDepth(6)] int layers = 6", Blocks, Flow) + Inner),
        new("SUP115", "Write nameof(input)", Stated("784"), Stated("nameof(input)")),
        new("SUP207", "Remove [Sparse]",
            Block("[Sparse(0.5)]\n    public Linear Up { get; } = new(width, 10);", Flow),
                Block("public Linear Up { get; } = new(width, 10);", Flow)),
        new("SUP315", "Remove the factor",
            Block("public Linear Up { get; } = new(width, 10);", Piped("(x * (1.0 / width)) | Up")),
            Block("public Linear Up { get; } = new(width, 10);", Piped("(x) | Up"))),
        new("SUP316", "Remove the factor", Deep(Piped("x + (x | Up) * 0.5")), Deep(Piped("x + (x | Up)"))),
        new("SUP317", "Scale the branch with ResidualScale",
            Deep("public override Tensor forward(Tensor x) => x + Up.call(x);"),
            Deep("public override Tensor forward(Tensor x) => x + (ResidualScale * Up.call(x));")),
        new("SUP317", "Scale the branch with ResidualScale",
            Deep("public override Tensor forward(Tensor x) => (x) + Up.call(x);"),
            Deep("public override Tensor forward(Tensor x) => (x) + (ResidualScale * Up.call(x));")),
        new("SUP319", "Mark 'width' [MuWidth]",
            Of("[Model]", "[MuDepth(64)] int width, [MuWidth(64)] int inner", "public Linear Up { get; } = new(width, inner);",
                Flow),
            Of("[Model]", "[MuWidth(64)] int width, [MuWidth(64)] int inner", "public Linear Up { get; } = new(width, inner);",
                Flow)),
        new("SUP322", "Remove Distribution",
            Block("[Sparse(0.5), Init(Distribution = InitDistribution.Uniform)] " + Up, Flow),
                Block("[Sparse(0.5)] " + Up, Flow)),
        new("SUP214", "Follow Measured by default", Ruled("RigL", "Rule.SuPar"), Ruled("RigL", "Rule.Measured")),
        new("SUP214", "Follow Measured by default", Ruled("RigL", "default"), Ruled("RigL", "Rule.Measured")),
        new("SUP214", "Follow SuPar by default",
            Ruled("Gmp", "SuParDsl.Rule.SuParFinal"), Ruled("Gmp", "SuParDsl.Rule.SuPar")),
        new("SUP216", "Remove Mask",
            Block("[Sparse(0.5, Mask = Mask.Balanced, Method = SparsityMethod.Set)] " + Up, Flow),
            Block("[Sparse(0.5, Method = SparsityMethod.Set)] " + Up, Flow)),
        new("SUP217", "Remove Method",
            Block("[Sparse(1.0, Method = SparsityMethod.Gmp)] " + Up, Flow), Block("[Sparse(1.0)] " + Up, Flow)),
        new("SUP218", "Remove Storage",
            Block("[Sparse(0.5, Storage = Storage.Compressed)] public Conv2d Up { get; } = new(width, width, 1);", Flow),
            Block("[Sparse(0.5)] public Conv2d Up { get; } = new(width, width, 1);", Flow)),
        new("SUP204", "Pass 1 - sparsity",
            UsageCases.Use("_ = new Net(4096, sparsity);", "double sparsity"),
                UsageCases.Use("_ = new Net(4096, 1 - sparsity);", "double sparsity")),
        new("SUP204", "Pass density",
            UsageCases.Use("_ = Net.Base with { Rho = 1 - density };", "double density"),
                UsageCases.Use("_ = Net.Base with { Rho = density };", "double density")),
        new("SUP321", "Remove the call",
            UsageCases.Use("var seed = net.Seed;\n        torch.nn.init.zeros_(net.Up.weight);\n        net.Initialize(seed);"),
            UsageCases.Use("var seed = net.Seed;\n        net.Initialize(seed);")),
        new("SUP326", "Use AdamW", UsageCases.Use("_ = net.Adam(1e-3, weightDecay: 0.1);"),
            UsageCases.Use("_ = net.AdamW(1e-3, weightDecay: 0.1);")),
        new("SUP401", "Use net.AdamW(…)",
            UsageCases.Use("_ = torch.optim.AdamW(net.parameters(), lr: 1e-3, weight_decay: 0.1);"),
            UsageCases.Use("_ = net.AdamW(lr: 1e-3, weightDecay: 0.1);")),
        new("SUP401", "Use net.Sgd(…)",
            UsageCases.Use("_ = torch.optim.SGD(net.parameters(), 0.1, momentum: 0.9);"),
                UsageCases.Use("_ = net.Sgd(0.1, momentum: 0.9);")),
        new("SUP401", "Use net.Adam(…)", UsageCases.Use("_ = torch.optim.Adam(net.parameters());"),
            UsageCases.Use("_ = net.Adam(lr: 1e-3);")),
        new("SUP506", "Write 0L", UsageCases.Use("_ = net.Up.weight.sum(0);"), UsageCases.Use("_ = net.Up.weight.sum(0L);")),
        new("SUP506", "Write call", UsageCases.Use("_ = net.Up.forward(torch.ones(256));"),
            UsageCases.Use("_ = net.Up.call(torch.ones(256));")),
        new(
            "SUP506",
            "Write net.Up.bias is null",
            UsageCases.Use("_ = net.Up.bias == null;"),
            UsageCases.Use("_ = net.Up.bias is null;")),
        new("SUP416", "Write new Schedule(5, 50, …)",
            UsageCases.Use("_ = new Schedule(50, 5, LrDecay.Cosine);"),
            UsageCases.Use("_ = new Schedule(5, 50, LrDecay.Cosine);")),
        new("SUP411", "Omit eps", UsageCases.Use("_ = net.AdamW(1e-3, eps: 1e-4, beta1: 0.8);"),
            UsageCases.Use("_ = net.AdamW(1e-3, beta1: 0.8);")),
    ];

    private static string Blocks => "public Repeat<N> Up { get; } = new(layers, () => new(width));";

    private static string Block(params string[] members) => Of("[Block]", "[MuWidth] int width", members);

    private static string Of(string attributes, string parameters, params string[] members) =>
        $"{attributes}\npublic partial class M({parameters})\n{{\n    {string.Join("\n    ", members)}\n}}";

    private static string Ruled(string method, string rule) => Of(
        "[Model]", $"[MuWidth(64)] int width, Rule rule = {rule}", $"[Sparse(0.5, Method = SparsityMethod.{method})] {Up}", Flow);

    private static string Stated(string axis) => Of(
        "[Model]", "[MuWidth(64)] int width, int input = 512", "public Linear Up { get; } = new(input, width);",
        $"[Flow] Tensor Flow([Shape(\"B\", {axis})] Tensor x) => x | Up;");

    private static string Deep(string flow) =>
        Of("[Model]", "[MuWidth(64)] int width, [MuDepth(4)] int layers", Blocks, Flow)
            + Inner.Replace(Flow, flow, StringComparison.Ordinal);

    private static string Piped(string flow) => $"[Flow] Tensor Flow(Tensor x) => {flow};";

    private static string Forward(string layer) => $"public override Tensor forward(Tensor x) => {layer}.call(x);";

    private static string User(string call) => Inner[2..].Replace("Tensor Flow", "public Tensor Flow", StringComparison.Ordinal)
        + $"\n\npublic static class User\n{{\n    public static Tensor Use(N n, Tensor x) => {call};\n}}";
}
