using SuParDsl.Checks;

namespace SuParDsl.Tests.Models;

/// <summary>Compares the table with the initial weights of a model and with the groups of its optimizers.</summary>
public class TableTruthTests
{
    public static TheoryData<string> Names => [.. Models.Keys];

    private static readonly Dictionary<string, Func<Model>> Models = new()
    {
        ["Gpt"] = () => new Gpt(Gpt.Base with { Width = 128, Layers = 2, Vocab = 64, Context = 32, Attn = 0.25, Mlp = 0.125 }),
        ["Gpt, MuP"] = () => SmallGpt(Rule.MuP),
        ["Gpt, Standard"] = () => SmallGpt(Rule.Standard),
        ["Gpt, SuParInitOnly"] = () => SmallGpt(Rule.SuParInitOnly),
        ["Gpt, SuParLrOnly"] = () => SmallGpt(Rule.SuParLrOnly),
        ["Mlp"] = () => new Mlp(512, density: 1 / 16.0),
        ["Mixture"] = () => new Mixture(Mixture.Base with { Width = 128 }),
        ["ResNet"] = () => new ResNet(ResNet.Base with { Width = 32, Density = 0.25 }),
        ["Vit"] = () => new Vit(Vit.Base with { Width = 128, Layers = 2, Density = 0.5 }),
        ["Mobile"] = () => new Mobile(Mobile.Base with { Width = 64 }),
    };

    private static Gpt SmallGpt(Rule rule) =>
        new(Gpt.Base with { Width = 128, Layers = 2, Vocab = 64, Context = 32, Attn = 0.25, Rule = rule });

    [Theory]
    [MemberData(nameof(Names))]
    public void Initial_deviations_are_the_table_s(string name)
    {
        // The mean over seeds must be within 3 standard errors of one model, which are 8 of its own, so the result does not
        // depend on lucky seeds.
        const int Seeds = 8;
        using var model = Models[name]();
        var measured = Enumerable.Range(0, Seeds).SelectMany(seed =>
        {
            model.Initialize(seed);
            return InitialStd.Of(model);
        }).GroupBy(static tensor => tensor.Tensor).ToArray();

        Assert.Equal(
            model.MuTable.Rows.Where(static row => row.InitStd > 0).Select(static row => row.Name),
            measured.Select(static tensor => tensor.Key));
        Assert.All(measured, static tensor =>
        {
            var expected = tensor.First();
            Assert.InRange(
                Math.Abs(tensor.Average(static seed => seed.Measured) - expected.Expected), 0, 3 * expected.StandardError);
        });
    }

    [Fact]
    public void Distances_are_those_of_chance()
    {
        // A fraction of 0.27 % of many tensors is beyond 3 standard errors, and 4.6 % beyond 2. There must be neither more
        // nor none at all.
        var distances = Enumerable.Range(0, 40).SelectMany(static seed =>
        {
            using var model = new Gpt(
                Gpt.Base with { Width = 64, Layers = 4, Vocab = 16, Context = 8, Attn = 0.25, Mlp = 0.5 }, seed);
            return InitialStd.Of(model).Select(static tensor => tensor.Distance).ToArray();
        }).ToArray();

        Assert.InRange(distances.Count(static d => d > 2) / (double)distances.Length, 0.03, 0.065);
        Assert.InRange(distances.Count(static d => d > 3) / (double)distances.Length, 0.0005, 0.007);
    }

    [Fact]
    public void A_deviation_that_is_not_the_table_s_is_named()
    {
        using var model = Models["Mlp"]();
        model.SetWeights("Fc2.weight", [.. model.GetWeights("Fc2.weight").Select(static w => 1.1f * w)]);

        InitialStd.ThrowIfBeyond(model, standardErrors: 100);
        var error = Assert.Throws<InvalidOperationException>(() => InitialStd.ThrowIfBeyond(model));

        Assert.StartsWith("the weights of Fc2.weight have standard deviation 0.0", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Groups_are_the_table_s(string name)
    {
        using var model = Models[name]();
        foreach (var decay in Enum.GetValues<WeightDecayCoupling>())
        {
            using var adamW = model.AdamW(0.01, weightDecay: 0.1, coupling: decay);
            AssertGroups(adamW, model.MuTable.Rows, decay);
            if (decay == WeightDecayCoupling.CompleteP)
            {
                continue; // AdamW's alone
            }

            using var lion = model.Lion(0.01, weightDecay: 0.1, coupling: decay);
            using var sgd = model.Sgd(0.01, weightDecay: 0.1, coupling: decay);
            using var adam = model.Adam(0.01, coupling: decay);
            AssertGroups(adam, model.MuTable.Rows, decay);
            AssertGroups(lion, model.MuTable.Rows, decay);
            AssertGroups(sgd, model.Table(OptimizerFamily.Sgd).Rows, decay);
            if (decay == WeightDecayCoupling.Mup)
            {
                continue; // mup has no Muon
            }

            using var muon = model.MuonWithAdamW(0.02, adamLr: 0.01, weightDecay: 0.1, coupling: decay, sparse: true);

            // Muon updates the hidden matrices, and AdamW the rest at half the learning rate, because 0.01 is half of 0.02.
            var muons = model.Table(OptimizerFamily.Muon).Rows
                .Where(static row => row.Role == Role.Hidden && row.Shape.Length == 2)
                .ToArray();
            AssertGroups(
                muon,
                [.. muons, .. model.MuTable.Rows.Where(row => muons.All(m => m.Name != row.Name))],
                decay,
                row => muons.Contains(row) ? 1 : 0.5);
        }
    }

    private static void AssertGroups(
        MuOptimizer optimizer, IReadOnlyCollection<MuRow> rows, WeightDecayCoupling decay, Func<MuRow, double>? rate = null)
    {
        Assert.Equal(rows.Count, optimizer.Groups.Sum(static group => group.Names.Length));
        foreach (var row in rows)
        {
            var group = Assert.Single(optimizer.Groups, group => group.Names.Contains(row.Name));
            var factor = decay switch
            {
                WeightDecayCoupling.Coupled => 1,
                WeightDecayCoupling.Independent => 1 / row.LearningRateMultiplier,
                WeightDecayCoupling.Sqrt => 1 / Math.Sqrt(row.LearningRateMultiplier),
                _ => 1 / row.WidthMultiplier,
            };
            Assert.Equal(row.LearningRateMultiplier * (rate?.Invoke(row) ?? 1), group.LearningRateMultiplier, 1e-12);
            Assert.Equal(row.WeightDecayMultiplier * factor, group.WeightDecayMultiplier, 1e-12);
            Assert.Equal(row.EpsilonMultiplier, group.EpsilonMultiplier, 1e-12);
        }
    }
}
