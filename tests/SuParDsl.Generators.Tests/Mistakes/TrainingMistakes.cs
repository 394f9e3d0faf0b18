namespace SuParDsl.Generators.Tests.Mistakes;

/// <summary>Mistakes in the code that builds and trains a model.</summary>
internal static class TrainingMistakes
{
    public static MistakeGroup All { get; } = new("Training",
    [
        Of("torch.optim.AdamW(net.parameters(), lr: 1e-3)", "using var plain = {0};"),
        Of("torch.optim.RMSProp(net.parameters(), 1e-3)", "using var plain = {0};"),
        Of("torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 100)", "var scheduler = {0};"),
        Of("optimizer.ParamGroups", "foreach (var each in {0}) {{ }}"),
        Of("group.LearningRateMultiplier = 0.1;", "foreach (var group in optimizer.Groups) {{ {0} }}"),
        Of("new Schedule(50, 5, LrDecay.Cosine)", "var schedule = {0};"),
        Of("new Schedule(100, 100, LrDecay.Cosine)", "var schedule = {0};"),
        Of("new Schedule(10, 100, LrDecay.Cosine, Final: 10)", "var schedule = {0};"),
        Of("net.Adam(1e-3, weightDecay: 0.1)", "using var other = {0};"),
        Of("torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0);", "{0}"),
        Of("torch.nn.init.kaiming_normal_(net.Up.weight);", "{0}"),
        Of("net.Up.weight.add_(0.1);", "{0}"),
        Of("net.Head.weight = net.Tok.weight;", "{0}"),
        Of("net.Flow(ids)", "var y = {0};"),
        Of("net.forward(ids)", "var y = {0};"),
        Of("new Net(256, sparsity)", "_ = {0};"),
        Of("new Net(256, 4)", "_ = {0};"),
    ]);

    private static Mistake Of(string written, string statement) => new(written, $$"""
        [Model]
        public partial class Net([MuWidth(256)] int width, [Density] double density = 1.0, int vocab = 64)
        {
            public Embedding Tok { get; } = new(vocab, width);

            [Sparse(nameof(density))]
            public Linear Up { get; } = new(width, width);

            public Linear Head { get; } = new(width, vocab);

            [Flow] Tensor Flow(Tensor ids) => ids | Tok | Up | Relu | Head;
        }

        public static class Program
        {
            public static void Train(Net net, Tensor ids, double sparsity)
            {
                using var optimizer = net.AdamW(1e-3);
                {{string.Format(System.Globalization.CultureInfo.InvariantCulture, statement, written)}}
                optimizer.step();
            }
        }
        """);
}
