namespace SuParDsl.Generators.Tests;

/// <summary>One case or more for every diagnostic about code that builds and trains models.</summary>
internal static class UsageCases
{
    private const string Library = """
        [Model]
        public partial class Net([MuWidth(256)] int width, [Density] double rho = 1.0, int vocab = 64)
        {
            public Embedding Tok { get; } = new(vocab, width);

            [Sparse(nameof(rho))]
            public Linear Up { get; } = new(width, width);

            public Linear Head { get; } = new(width, vocab);

            [Flow] Tensor Flow(Tensor ids) => ids | Tok | Up | Relu | Head;
        }


        """;

    public static DiagnosticCase[] All { get; } =
    [
        new("SUP204", "'sparsity' is named a sparsity, but a density is the share of weights kept (pass 1 - sparsity)",
            Use("_ = new Net(4096, «sparsity»);", "double sparsity"), Use("_ = new Net(4096, 1 - sparsity);", "double sparsity")),
        new("SUP204", "'1 - density' is named a sparsity, but a density is the share of weights kept (pass density)",
            Use("var size = Net.Base with { Rho = «1 - density» };", "double density"),
                Use("var size = Net.Base with { Rho = density };", "double density")),
        new("SUP204", "'sparsity' is named a sparsity, but a density is the share of weights kept (rename it)",
            Block("[MuWidth] int width, [Density] double «sparsity»", "[Sparse(nameof(sparsity))]"),
            Block("[MuWidth] int width, [Density] double density", "[Sparse(nameof(density))]")),
        new("SUP204", "'Sparsity' is named a sparsity, but a density is the share of weights kept (pass 1 - Sparsity)",
            Block("[MuWidth] int width", "private const double Sparsity = 0.75;\n\n    [Sparse(«Sparsity»)]"),
            Block("[MuWidth] int width", "private const double Sparsity = 0.75;\n\n    [Sparse(1 - Sparsity)]")),
        new("SUP215", "'add_' writes the weight of 'Up' past its mask, so dropped weights come back (call ApplyMasks of the model afterwards)",
            Use("«net.Up.weight.add_(0.1)»;"), Use("net.Up.weight.add_(0.1);\n        net.ApplyMasks();")),
        new("SUP314", "'Head' is given the weight of 'Tok', which stays registered twice and without the readout's multiplier (pipe into Tok.Unembed)",
            Use("«net.Head.weight = net.Tok.weight»;"),
            Library.Replace("    public Linear Head { get; } = new(width, vocab);\n\n", "",
                StringComparison.Ordinal).Replace("| Head", "| Tok.Unembed", StringComparison.Ordinal).Trim()),
        new("SUP321", "'xavier_uniform_' replaces what the rule has drawn for 'Up' (remove it, or scale the rule's deviation with [Init(Gain = …)])",
            Use("«torch.nn.init.xavier_uniform_»(net.Up.weight);"), Use("net.Initialize(seed: 1);")),
        new("SUP326", "Adam adds the decay to the gradient, where no rule for it is known, but weightDecay is 0.1 (use AdamW)",
            Use("using var optimizer = net.Adam(1e-3, «weightDecay: 0.1»);"),
                Use("using var optimizer = net.AdamW(1e-3, weightDecay: 0.1);")),
        new("SUP401", "'torch.optim.AdamW' gives all parameters of 'Net' one learning rate: multipliers are lost and masked weights move (write net.AdamW(…))",
            Use("using var optimizer = «torch.optim.AdamW»(net.parameters(), lr: 1e-3);"),
                Use("using var optimizer = net.AdamW(lr: 1e-3);")),
        new("SUP401", "'torch.optim.SGD' gives all parameters of 'Net' one learning rate: multipliers are lost and masked weights move (write net.Sgd(…))",
            Use("var all = net.parameters().ToArray();\n        using var optimizer = «torch.optim.SGD»(all, 0.1);"),
                Use("using var optimizer = net.Sgd(0.1);")),
        new("SUP401", "'torch.optim.Adam' gives all parameters of 'Linear' one learning rate: multipliers are lost and masked weights move (write model.Adam(…))",
            Use("using var optimizer = «torch.optim.Adam»(net.Head.parameters());"),
                Use("using var optimizer = net.Adam(1e-3);")),
        new("SUP403", "No rule is known for the learning rates of 'Rprop', so nothing transfers from the base of 'Net' (use net.AdamW, Adam, Lion, Sgd or MuonWithAdamW)",
            Use("using var optimizer = new «Rprop»(net.parameters());") + Rprop, Use("using var optimizer = net.Lion(1e-4);")),
        new("SUP410", "'clip_grad_norm_' also counts the gradients of masked weights and what a loss scale has multiplied (call ClipGradNorm of the model's optimizer)",
            Use("using var optimizer = net.AdamW(1e-3);\n        «torch.nn.utils.clip_grad_norm_»(net.parameters(), 1.0);"),
            Use("using var optimizer = net.AdamW(1e-3);\n        optimizer.ClipGradNorm(1.0);")),
        new("SUP411", "eps is 0.0001, and 'Net' has no [MuDepth], so it stays the same while gradients shrink with the width (omit eps)",
            Use("using var optimizer = net.AdamW(1e-3, «eps: 1e-4»);"), Use("using var optimizer = net.AdamW(1e-3);")),
        new("SUP505", "'Keep' stores 'h' in 'last', but the tensor is disposed when forward ends (store h.alias().DetachFromDisposeScope())",
            Keeping("«last = h»"), Keeping("last = h.alias().DetachFromDisposeScope()")),
    ];

    private static string Keeping(string assignment) => $$"""
        [Block]
        public partial class M([MuWidth] int width)
        {
            public static Tensor? last;

            public Linear Up { get; } = new(width, width);

            [Flow] Tensor Flow(Tensor x) => Keep(x) | Up;

            [Op("... d -> ... d")] private static Tensor Keep(Tensor h)
            {
                {{assignment}};
                return h;
            }
        }
        """;

    /// <summary>Code that looks alike and is right.</summary>
    public static string[] Right { get; } =
    [
        Use("using var optimizer = net.AdamW(1e-3, eps: 1e-8, weightDecay: 0.1);"),
        Use("using var optimizer = net.Adam(1e-3);\n        optimizer.Lr = 1e-4;"),
        Use("using var plain = torch.optim.AdamW(new TorchSharp.Modules.Parameter[0], lr: 1e-3);"),
        Use("var count = net.parameters().Count();"),
        Use("net.Up.weight.mul_(0.5);\n        net.Up.weight.zero_();"),
        Use("net.Head.weight.add_(0.1);"),
        Use("using var copy = torch.nn.init.normal_(torch.zeros(3));"),
        Use("using var other = new Net(4096, 1 - sparsity);\n        _ = new Net(4096, density);",
            "double sparsity, double density"),
        Use("_ = Net.Base with { Rho = 1 - net.Masks.Count };"),
    ];

    private const string Rprop = """


        public sealed class Rprop(IEnumerable<TorchSharp.Modules.Parameter> parameters) : TorchSharp.Modules.SGD(parameters, 0.01);
        """;

    public static string Use(string code, string? argument = null) => Library + $$"""
        public static class Program
        {
            public static void Run(Net net{{(argument is null ? "" : ", " + argument)}})
            {
                {{code}}
            }
        }
        """;

    private static string Block(string parameters, string layer) => $$"""
        [Block]
        public partial class M({{parameters}})
        {
            {{layer}}
            public Linear Up { get; } = new(width, width);
            [Flow] Tensor Flow(Tensor x) => x | Up;
        }
        """;
}
