using SuParDsl.Tests.Models;

namespace SuParDsl.Tests.Optimizers;

public class MuGroupTests
{
    [Theory]
    [InlineData(WeightDecay.Coupled, 1.0)]
    [InlineData(WeightDecay.Independent, 0.25)]
    [InlineData(WeightDecay.Sqrt, 0.5)]
    public void Decay_follows_the_rate(WeightDecay mode, double expected)
    {
        // m_d = 1, m_ρ = ¼: the rate of Fc3 (a constant density of ¼) is 4.
        using var model = new Mlp(256);
        var group = MuGroup.Of(model.MuTable, mode).Single(static g => g.Names.Contains("Fc3.weight"));

        Assert.Equal(4, group.LearningRate, 1e-12);
        Assert.Equal(expected, group.Decay, 1e-12);
    }

    [Fact]
    public void Vectors_are_not_decayed()
    {
        using var model = new Mlp(256);

        Assert.All(
            MuGroup.Of(model.MuTable, WeightDecay.Coupled),
            static group => Assert.Equal(group.Decay == 0, group.Names.All(static name => name.EndsWith("bias", StringComparison.Ordinal))));
    }
}
