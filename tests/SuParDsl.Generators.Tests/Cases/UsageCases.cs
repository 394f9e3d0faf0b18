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
        new("SUP204",
            "'sparsity' is named as a sparsity, but a density is the fraction of weights that are kept (pass 1 - sparsity)",
            Use("_ = new Net(4096, «sparsity»);", "double sparsity"), Use("_ = new Net(4096, 1 - sparsity);", "double sparsity")),
        new("SUP204",
            "'1 - density' is named as a sparsity, but a density is the fraction of weights that are kept (pass density)",
            Use("var size = Net.Base with { Rho = «1 - density» };", "double density"),
                Use("var size = Net.Base with { Rho = density };", "double density")),
        new("SUP204", "'sparsity' is named as a sparsity, but a density is the fraction of weights that are kept (rename it)",
            Block("[MuWidth] int width, [Density] double «sparsity»", "[Sparse(nameof(sparsity))]"),
            Block("[MuWidth] int width, [Density] double density", "[Sparse(nameof(density))]")),
        new("SUP204",
            "'Sparsity' is named as a sparsity, but a density is the fraction of weights that are kept (pass 1 - Sparsity)",
            Block("[MuWidth] int width", "private const double Sparsity = 0.75;\n\n    [Sparse(«Sparsity»)]"),
            Block("[MuWidth] int width", "private const double Sparsity = 0.75;\n\n    [Sparse(1 - Sparsity)]")),
        new("SUP215", "'add_' writes the weight of 'Up' without its mask, so dropped weights come back "
            + "(call ApplyMasks of the model afterwards)",
            Use("«net.Up.weight.add_(0.1)»;"), Use("net.Up.weight.add_(0.1);\n        net.ApplyMasks();")),
        new("SUP314", "'Head' is assigned the weight of 'Tok', which is then registered twice and lacks the readout's multiplier "
            + "(pipe into Tok.Unembed)",
            Use("«net.Head.weight = net.Tok.weight»;"),
            Library.Replace("    public Linear Head { get; } = new(width, vocab);\n\n", "",
                StringComparison.Ordinal).Replace("| Head", "| Tok.Unembed", StringComparison.Ordinal).Trim()),
        new("SUP321", "'xavier_uniform_' replaces the weights that the rule drew for 'Up' "
            + "(remove it, or scale the rule's standard deviation with [Init(Gain = …)])",
            Use("«torch.nn.init.xavier_uniform_»(net.Up.weight);"), Use("net.Initialize(seed: 1);")),
        new("SUP326", "Adam adds weight decay to the gradient, for which no rule is known, but weightDecay is 0.1 (use AdamW)",
            Use("using var optimizer = net.Adam(1e-3, «weightDecay: 0.1»);"),
                Use("using var optimizer = net.AdamW(1e-3, weightDecay: 0.1);")),
        new("SUP401", "'torch.optim.AdamW' gives all parameters of 'Net' one learning rate, "
            + "so multipliers are lost and masked weights change (write net.AdamW(…))",
            Use("using var optimizer = «torch.optim.AdamW»(net.parameters(), lr: 1e-3);"),
                Use("using var optimizer = net.AdamW(lr: 1e-3);")),
        new("SUP401", "'torch.optim.SGD' gives all parameters of 'Net' one learning rate, "
            + "so multipliers are lost and masked weights change (write net.Sgd(…))",
            Use("var all = net.parameters().ToArray();\n        using var optimizer = «torch.optim.SGD»(all, 0.1);"),
                Use("using var optimizer = net.Sgd(0.1);")),
        new("SUP401", "'torch.optim.Adam' gives all parameters of 'Linear' one learning rate, "
            + "so multipliers are lost and masked weights change (write model.Adam(…))",
            Use("using var optimizer = «torch.optim.Adam»(net.Head.parameters());"),
                Use("using var optimizer = net.Adam(1e-3);")),
        new("SUP403", "No rule is known for the learning rates of 'Rprop', so nothing transfers from the base of 'Net' "
            + "(use net.AdamW, Adam, Lion, Sgd or MuonWithAdamW)",
            Use("using var optimizer = new «Rprop»(net.parameters());") + Rprop, Use("using var optimizer = net.Lion(1e-4);")),
        new("SUP405", "'ParamGroups' is a member of torch.optim's optimizers, and the one of a model computes the rate of each "
            + "group from Lr (write optimizer.Lr = lr * schedule.At(step), which sets the rate of every group)",
            Use("using var optimizer = net.AdamW(1e-3);\n        foreach (var group in optimizer.«ParamGroups») { }"),
            Use("using var optimizer = net.AdamW(1e-3);\n        optimizer.Lr = 1e-4;"), CSharp: "CS1061"),
        new("SUP405", "'LearningRateMultiplier' belongs to a group, which holds fixed multipliers of the optimizer's rate "
            + "(write optimizer.Lr = lr * schedule.At(step), which sets the rate of every group)",
            Use("using var optimizer = net.AdamW(1e-3);\n        foreach (var group in optimizer.Groups) "
                + "{ group.«LearningRateMultiplier» = 0.1; }"),
            Use("using var optimizer = net.AdamW(1e-3);\n        optimizer.Lr = 1e-4;"), CSharp: "CS8852"),
        new("SUP406", "'StepLR' takes an optimizer of torch.optim, not the one of a model, which has a rate for each group "
            + "(write optimizer.Lr = lr * schedule.At(step), with schedule = new Schedule(warmup, steps, LrDecay.Cosine))",
            Use("using var optimizer = net.AdamW(1e-3);\n        _ = «torch.optim.lr_scheduler.StepLR»(optimizer, 10);"),
            Use("using var optimizer = net.AdamW(1e-3);\n        var schedule = new Schedule(10, 100, LrDecay.Cosine);\n"
                + "        optimizer.Lr = 1e-3 * schedule.At(5);"), CSharp: "CS1503"),
        new("SUP410", "'clip_grad_norm_' also counts the gradients of masked weights and does not undo a loss scale "
            + "(call ClipGradNorm of the model's optimizer)",
            Use("using var optimizer = net.AdamW(1e-3);\n        «torch.nn.utils.clip_grad_norm_»(net.parameters(), 1.0);"),
            Use("using var optimizer = net.AdamW(1e-3);\n        optimizer.ClipGradNorm(1.0);")),
        new("SUP411",
            "eps is 0.0001, and 'Net' has no [MuDepth], so eps stays the same while gradients shrink with the width (omit eps)",
            Use("using var optimizer = net.AdamW(1e-3, «eps: 1e-4»);"), Use("using var optimizer = net.AdamW(1e-3);")),
        new("SUP414", "Sgd has no weight-decay mode CompleteP, which CompleteP gives for AdamW alone "
            + "(use one of Coupled, Independent, Sqrt, Mup)",
            Use("using var optimizer = net.Sgd(0.1, weightDecay: 0.1, «coupling: WeightDecayCoupling.CompleteP»);"),
            Use("using var optimizer = net.AdamW(1e-3, weightDecay: 0.1, coupling: WeightDecayCoupling.CompleteP);")),
        new("SUP414", "MuonWithAdamW has no weight-decay mode Mup, because mup has no such optimizer "
            + "(use one of Coupled, Independent, Sqrt)",
            Use("using var optimizer = net.MuonWithAdamW(0.02, 0.002, «coupling: WeightDecayCoupling.Mup»);"),
            Use("using var optimizer = net.MuonWithAdamW(0.02, 0.002, coupling: WeightDecayCoupling.Independent);")),
        new("SUP415", "The final factor is 1.5, but it is the final learning rate as a fraction of the peak and must be in "
            + "[0, 1] (nanoGPT uses 0.1)",
            Use("var schedule = new Schedule(100, 1000, LrDecay.Cosine, «Final: 1.5»);"),
            Use("var schedule = new Schedule(100, 1000, LrDecay.Cosine, Final: 0.1);")),
        new("SUP416", "The schedule warms up for 50 of 5 steps, so the learning rate never reaches its peak "
            + "(the order is Warmup, Steps: write new Schedule(5, 50, …))",
            Use("var schedule = new Schedule(«50», 5, LrDecay.Cosine);"),
            Use("var schedule = new Schedule(5, 50, LrDecay.Cosine);")),
        new("SUP416", "The schedule warms up for 60 of 60 steps, so the learning rate never reaches its peak "
            + "(warm up for fewer steps than the run has)",
            Use("var schedule = new Schedule(«Warmup: 60», Steps: 60);"),
            Use("var schedule = new Schedule(Warmup: 6, Steps: 60);")),
        new("SUP505", "'Keep' stores 'h' in 'last', but the tensor is disposed when forward ends "
            + "(store h.alias().DetachFromDisposeScope())",
            Keeping("«last = h»"), Keeping("last = h.alias().DetachFromDisposeScope()")),
        new("SUP506", "'x.sum(0)' takes the 0 for ScalarType.Byte and returns one unsigned byte for the whole tensor "
            + "(write 0L for the axis)",
            Torch("_ = x.sum(«0»);"), Torch("_ = x.sum(0L);")),
        new("SUP506", "'torch.prod(x, None)' takes the 0 for ScalarType.Byte and returns one unsigned byte for the whole tensor "
            + "(write 0L for the axis)",
            Torch("const int None = 0;\n        _ = torch.prod(x, «None»);"),
            Torch("const int None = 0;\n        _ = torch.prod(x, dim: None);")),
        new("SUP506", "'torch.tensor(5, 0)' takes the 0 for ScalarType.Byte, which means unsigned bytes (name the element type)",
            Torch("_ = torch.tensor(5, «0»);"), Torch("_ = torch.tensor(5, torch.uint8);")),
        new("SUP506", "'x.norm' takes the integer as an axis and not as the norm's order (write 1f or 2f for the order, or dim: "
            + "for the axis)",
            Torch("_ = «x.norm»(2);"), Torch("_ = x.norm(2f) + x.norm(dim: 1) + x.norm(-1);")),
        new("SUP506", "'torch.norm' takes the integer as an axis and not as the norm's order "
            + "(write 1f or 2f for the order, or dimension: for the axis)",
            Torch("_ = «torch.norm»(x, 1);"), Torch("_ = torch.norm(x, 1f);")),
        new("SUP506", "'torch.nn.init.trunc_normal_' fills the tensor with the constant std "
            + "(draw with normal_(0, std) and clamp_(-2 * std, 2 * std))",
            Torch("«torch.nn.init.trunc_normal_»(x, std: 0.02);"), Torch("x.normal_(0, 0.02).clamp_(-0.04, 0.04);")),
        new("SUP506", "'torch.nn.init.xavier_normal_' draws from a uniform distribution (write normal_ with std = gain * "
            + "Math.Sqrt(2.0 / (fanIn + fanOut)), or xavier_uniform_ if a uniform distribution is meant)",
            Torch("«torch.nn.init.xavier_normal_»(x);"), Torch("torch.nn.init.xavier_uniform_(x);")),
        new("SUP506", "'torch.nn.init.normal_' ignores its generator "
            + "(call torch.manual_seed before it, or the tensor's own method with the generator)",
            Torch("using var g = new torch.Generator(1);\n        «torch.nn.init.normal_»(x, generator: g);"),
            Torch("using var g = new torch.Generator(1);\n        x.normal_(0, 1, g);")),
        new("SUP506", "'torch.nn.functional.hardtanh' returns its input unclamped (write clamp(min, max))",
            Torch("_ = «torch.nn.functional.hardtanh»(x, -1, 1);"),
            Torch("_ = torch.nn.functional.hardtanh(x, -1, 1, inplace: true);")),
        new("SUP506", "'torch.nn.Hardtanh' makes a module that returns its input unclamped (write clamp(min, max))",
            Torch("using var clip = «torch.nn.Hardtanh»();"), Torch("_ = x.clamp(-1, 1);")),
        new("SUP506", "'torch.nn.GroupNorm' leaves its weight and bias uninitialized "
            + "(call torch.nn.init.ones_ on its weight and zeros_ on its bias)",
            Torch("using var norm = «torch.nn.GroupNorm»(2, 8);"),
            Torch("using var norm = torch.nn.GroupNorm(2, 8, affine: false);")),
        new("SUP506",
            "'torch.nn.functional.kl_div' takes the target as log probabilities by default (pass log_target: true or false)",
            Torch("_ = «torch.nn.functional.kl_div»(x, y);"), Torch("_ = torch.nn.functional.kl_div(x, y, log_target: false);")),
        new("SUP506", "'torch.nn.functional.gaussian_nll_loss' gives the variance no gradient and sums over features "
            + "(write 0.5 * (variance.log() + (input - target).pow(2) / variance))",
            Torch("_ = «torch.nn.functional.gaussian_nll_loss»(x, y, y);"), Torch("_ = 0.5 * (y.log() + (x - y).pow(2) / y);")),
        new("SUP506", "'torch.nn.functional.hinge_embedding_loss' has a margin of 0 by default, PyTorch 1 (pass the margin)",
            Torch("_ = «torch.nn.functional.hinge_embedding_loss»(x, y);"),
            Torch("_ = torch.nn.functional.hinge_embedding_loss(x, y, margin: 1);")),
        new("SUP506", "'torch.nanmean' always throws (write x.nansum() / x.isnan().logical_not().sum())",
            Torch("_ = «torch.nanmean»(x);"), Torch("_ = x.nansum() / x.isnan().logical_not().sum();")),
        new("SUP506", "'y != null' compares elements and does not test for null (write y is not null)",
            "#nullable disable\n" + Torch("_ = «y != null»;"), Torch("_ = y is not null;")),
        new("SUP506", "'net.Up.forward' runs no hooks, and without them a [Contract] readout has no multiplier (write call)",
            Use("_ = net.Up.«forward»(torch.ones(256));"), Use("_ = net.Up.call(torch.ones(256));")),
        new("SUP506", "'net.save' overwrites the file in place, so an error loses the earlier one, and saves no multipliers "
            + "(use ModelCheckpoint.Save)",
            Use("«net.save»(\"net.dat\");"),
            Use("SuParDsl.Checkpoints.ModelCheckpoint.Save(net, \"net.safetensors\", new Dictionary<string, string>());")),
        new("SUP506", "'net.load' does not compare multipliers, so it accepts weights that were trained with other ones "
            + "(use ModelCheckpoint.Load)",
            Use("«net.load»(\"net.dat\");"), Use("SuParDsl.Checkpoints.ModelCheckpoint.Load(net, \"net.safetensors\");")),
        new("SUP506",
            "'torch.nn.Sequential' saves and loads a model's layers without their masks (save and load the model itself)",
            Use("_ = «torch.nn.Sequential»((\"net\", net), (\"end\", torch.nn.Identity()));"),
            Use("_ = torch.nn.Sequential((\"start\", torch.nn.Identity()), (\"end\", torch.nn.Identity()));")),
        new("SUP506", "'torch.nn.Sequential().append' saves and loads a model's layers without their masks "
            + "(save and load the model itself)",
            Use("_ = «torch.nn.Sequential().append»(net.Up);"), Use("_ = torch.nn.Sequential().append(torch.nn.Identity());")),
        new("SUP506", "'net.Head.weight = other' leaves the old parameter registered, and that one is trained, "
            + "moved to devices and saved (call SetDenseWeight of the model)",
            Use("«net.Head.weight = other»;", "TorchSharp.Modules.Parameter other"),
            Use("net.SetDenseWeight(\"Head.weight\", other);", "TorchSharp.Modules.Parameter other")),
        new("SUP507", "'torch.no_grad()' belongs to the thread that opened it, but another thread may continue after this await "
            + "(close it before the await and open it again afterwards)",
            Waiting("using var frozen = torch.no_grad();\n        «await» Task.Yield();\n        _ = x + 1;"),
            Waiting("using (torch.no_grad())\n        {\n            _ = x + 1;\n        }\n\n        await Task.Yield();")),
        new("SUP507", "'torch.NewDisposeScope()' belongs to the thread that opened it, "
            + "but another thread may continue after this await (close it before the await and open it again afterwards)",
            Waiting("using (torch.NewDisposeScope())\n        {\n            if (x.numel() > 0)\n            {\n"
                + "                «await» Task.Yield();\n            }\n        }"),
            Waiting("await Task.Yield();\n        using var scope = torch.NewDisposeScope();\n        _ = x + 1;")),
    ];

    private static string Torch(string code) => $$"""
        public static class Program
        {
            public static void Run(Tensor x, Tensor y)
            {
                {{code}}
            }
        }
        """;

    private static string Waiting(string code) => $$"""
        using System.Threading.Tasks;

        public static class Program
        {
            public static async Task Run(Tensor x)
            {
                {{code}}
            }
        }
        """;

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

    /// <summary>Code that looks similar but is correct.</summary>
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
        Use("var schedule = new Schedule(0, 0);\n        var other = new Schedule(net.Masks.Count, 10);"),
        Torch("_ = x.sum(1) + x.sum(0L) + x.sum(dim: 0) + x.sum([0]) + x.sum(torch.float64);"),
        Torch("var axis = 0;\n        _ = x.sum(axis) + x.norm() + (x == y) + (x != 0);"),
        Torch("using var loss = torch.nn.KLDivLoss(log_target: true);\n        torch.nn.init.normal_(x, 0, 1);"),
        Torch("using var linear = torch.nn.Linear(2, 2);\n        linear.weight = new(x);\n        _ = linear.forward(y);"),
        Torch("using var norm = torch.nn.GroupNorm(2, 8);\n        torch.nn.init.ones_(norm.weight);\n"
            + "        torch.nn.init.zeros_(norm.bias!);"),
        Waiting("using var scope = torch.NewDisposeScope();\n        Func<Task> later = async () => await Task.Yield();\n"
            + "        _ = later;"),
        Waiting("using var source = new System.Threading.CancellationTokenSource();\n        await Task.Yield();\n"
            + "        _ = x + 1;"),
        Own,
    ];

    // A forward that calls its base class's forward.
    private const string Own = """
        public class Twice : torch.nn.Module<Tensor, Tensor>
        {
            public Twice() : base("Twice") { }
            public override Tensor forward(Tensor input) => input * 2;
        }

        public sealed class Thrice : Twice
        {
            public override Tensor forward(Tensor input) => base.forward(input) * 1.5;
        }
        """;

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
