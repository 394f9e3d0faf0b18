using SuParDsl.Tests.Models;

namespace SuParDsl.Tests.Optimizers;

/// <summary>Tests which optimizer updates a model's convolutions beside Muon.</summary>
public class MuonConvolutionTests
{
    [Fact]
    public void Convolutions_are_AdamW_s_unless_Muon_is_requested()
    {
        using var model = new MuonNet(4);
        using var without = model.MuonWithAdamW(0.02, 0.002);
        using var with = model.MuonWithAdamW(0.02, 0.002, convolutions: true);

        // The first groups are Muon's, at the full learning rate.
        Assert.Equal(0.1, Group(without, "Conv.weight").LearningRateMultiplier, 1e-12);
        Assert.Equal(1, Group(with, "Conv.weight").LearningRateMultiplier, 1e-12);
        Assert.Equal(0.1, Group(with, "Stem.weight").LearningRateMultiplier, 1e-12);
        Assert.NotEqual(without.Kind, with.Kind);
    }

    [Fact]
    public void A_sparse_convolution_needs_sparse_true_too()
    {
        using var model = new ResNet(ResNet.Base with { Width = 16, Density = 0.5 });
        using var without = model.MuonWithAdamW(0.02, 0.002);

        var error = Assert.Throws<ArgumentException>(() => model.MuonWithAdamW(0.02, 0.002, convolutions: true));

        Assert.Contains("S1.Conv1.weight", error.Message, StringComparison.Ordinal);
    }

    private static MuGroup Group(MuOptimizer optimizer, string name) =>
        optimizer.Groups.Single(group => group.Names.Contains(name));
}
