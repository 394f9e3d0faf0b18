using SuParDsl.Checks;

namespace SuParDsl.Lab.Tests.Parameterization;

/// <summary>
/// Compares the examples' tables with their initial weights and their optimizers' groups, under every rule.
/// </summary>
public sealed class ExampleTableTests
{
    private const int Seeds = 4;

    public static TheoryData<Rule> Rules => [.. Enum.GetValues<Rule>()];

    [Theory]
    [MemberData(nameof(Rules))]
    public void NanoGpt_is_its_table(Rule rule) => AssertTable(new NanoGpt.Gpt(NanoGpt.Gpt.Base with
    {
        Width = 128, Layers = 2, Vocab = 65, Context = 32, Density = 1 / 8.0, Bias = true, Rule = rule,
    }));

    [Theory]
    [MemberData(nameof(Rules))]
    public void Gqa_is_its_table(Rule rule) => AssertTable(new Gqa.Llama(Gqa.Llama.Base with
    {
        Width = 128, Layers = 2, Vocab = 65, Context = 32, Attn = 1 / 4.0, Mlp = 1 / 8.0, Rule = rule,
    }));

    private static void AssertTable(Model model)
    {
        using var disposed = model;
        Assert.Equal(
            model.named_parameters().Select(static p => p.name).Order(),
            model.MuTable.Rows.Select(static row => row.Name).Order());
        var measured = Enumerable.Range(0, Seeds).SelectMany(seed =>
        {
            model.Initialize(seed);
            return InitialStd.Of(model);
        }).ToLookup(static tensor => tensor.Tensor);

        // The mean over seeds must be within 3 standard errors of one model, which are 6 of its own.
        Assert.All(measured, static tensor => Assert.InRange(
            Math.Abs(tensor.Average(static seed => seed.Measured) - tensor.First().Expected), 0,
            3 * tensor.First().StandardError));

        using var adamW = model.AdamW(0.01, weightDecay: 0.1);
        using var sgd = model.Sgd(0.01, weightDecay: 0.1);
        AssertGroups(adamW, model.MuTable);
        AssertGroups(sgd, model.Table(OptimizerFamily.Sgd));
    }

    private static void AssertGroups(MuOptimizer optimizer, MuTable table)
    {
        Assert.Equal(table.Rows.Length, optimizer.Groups.Sum(static group => group.Names.Length));
        Assert.All(table.Rows, row =>
        {
            var group = Assert.Single(optimizer.Groups, group => group.Names.Contains(row.Name));
            Assert.Equal(
                (row.LearningRateMultiplier, row.WeightDecayMultiplier, row.EpsilonMultiplier),
                (group.LearningRateMultiplier, group.WeightDecayMultiplier, group.EpsilonMultiplier));
        });
    }
}
