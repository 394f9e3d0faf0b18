using SuParDsl.Tests.Models;

namespace SuParDsl.Tests.Optimizers;

public class MuGroupTests
{
    [Theory]
    [InlineData(WeightDecayCoupling.Coupled, 1.0)]
    [InlineData(WeightDecayCoupling.Independent, 0.25)]
    [InlineData(WeightDecayCoupling.Sqrt, 0.5)]
    public void Decay_follows_the_rate(WeightDecayCoupling mode, double expected)
    {
        // m_d = 1, m_ρ = ¼: the rate of Fc3 (a constant density of ¼) is 4.
        using var model = new Mlp(256);
        var group = MuGroup.Of(model.MuTable, mode).Single(static g => g.Names.Contains("Fc3.weight"));

        Assert.Equal(4, group.LearningRateMultiplier, 1e-12);
        Assert.Equal(expected, group.WeightDecayMultiplier, 1e-12);
    }

    [Fact]
    public void Vectors_are_not_decayed()
    {
        using var model = new Mlp(256);

        Assert.All(
            MuGroup.Of(model.MuTable, WeightDecayCoupling.Coupled),
            static group => Assert.Equal(
                group.WeightDecayMultiplier == 0,
                group.Names.All(static name => name.EndsWith("bias", StringComparison.Ordinal))));
    }

    // This case is not in CompleteP's table 1, with which SuParDsl.Peers.Tests compares: at α = ½, the rate has the depth's
    // factor m_L^−½.
    [Theory]
    [InlineData(32, 16, 1, 2.8284271247461903)]
    [InlineData(64, 8, 1, 4)]
    [InlineData(128, 64, 1, 22.627416997969522)]
    public void Independent_decay_undoes_the_depth_s_part_of_the_rate(int width, int depth, double coupled, double independent)
    {
        using var model = new DeepGptByRoot(width, depth);

        Assert.Equal(coupled, Hidden(WeightDecayCoupling.Coupled), 1e-12);
        Assert.Equal(independent, Hidden(WeightDecayCoupling.Independent), 1e-12);

        double Hidden(WeightDecayCoupling mode) =>
            model.MuTable.With(mode).Rows.Single(static row => row.Name == "Blocks.0.Mlp.Up.weight").WeightDecayMultiplier;
    }

    [Fact]
    public void Density_does_not_change_the_decay_of_modes_that_know_none()
    {
        using var model = new Mlp(512, density: 1 / 16.0);
        var rows = model.MuTable.With(WeightDecayCoupling.Mup).Rows.Where(static row => row.Role == Role.Hidden);

        Assert.All(rows, static row => Assert.Equal(2, row.WeightDecayMultiplier, 1e-12));
    }

    [Fact]
    public void The_table_shows_a_mode_s_result_and_another_mode_replaces_it()
    {
        using var model = new DeepGptByRoot(64, 8);
        var table = model.MuTable.With(WeightDecayCoupling.CompleteP);

        Assert.Contains(
            table.ToString().Split('\n'), static line => line.StartsWith("Blocks.0.Mlp.Up.weight", StringComparison.Ordinal)
                && line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[7] == "2");
        Assert.Equal(model.MuTable.Fingerprint, table.With(WeightDecayCoupling.Coupled).Fingerprint);
    }

    [Fact]
    public void A_mode_that_an_optimizer_does_not_have_is_refused()
    {
        using var model = new Mlp(256);
        var (completeP, mup) = (WeightDecayCoupling.CompleteP, WeightDecayCoupling.Mup);

        Refused(
            () => model.Sgd(0.1, coupling: completeP),
            "Sgd has no weight-decay mode CompleteP, which CompleteP gives for AdamW alone: "
                + "it must be Coupled, Independent, Sqrt, Mup");
        Refused(() => model.Lion(0.1, coupling: completeP), "Lion has no weight-decay mode CompleteP");
        Refused(() => model.Adam(0.1, coupling: completeP), "Adam has no weight-decay mode CompleteP");
        Refused(() => model.MuonWithAdamW(0.1, 0.01, coupling: mup, sparse: true),
            "MuonWithAdamW has no weight-decay mode Mup, because mup has no such");

        static void Refused(Func<MuOptimizer> make, string expected) =>
            Assert.StartsWith(expected, Assert.Throws<ArgumentException>(make).Message, StringComparison.Ordinal);
    }
}
