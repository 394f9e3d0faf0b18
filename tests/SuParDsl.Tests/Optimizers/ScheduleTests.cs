namespace SuParDsl.Tests.Optimizers;

public class ScheduleTests
{
    [Fact]
    public void Warm_up_rises_and_linear_decay_ends_at_the_final_factor()
    {
        var schedule = new Schedule(Warmup: 4, Steps: 24, LrDecay.Linear, Final: 0.1);

        AssertFactors(schedule, (0, 0.2), (1, 0.4), (2, 0.6), (3, 0.8), (4, 1), (14, 0.55), (24, 0.1), (1000, 0.1));
    }

    [Fact]
    public void Cosine_decay_is_half_way_in_the_middle() =>
        AssertFactors(new Schedule(Warmup: 0, Steps: 10, LrDecay.Cosine), (0, 1), (5, 0.5), (10, 0));

    [Fact]
    public void Stable_decays_over_the_last_fraction_only() =>
        AssertFactors(new Schedule(Warmup: 10, Steps: 100, LrDecay.Stable, Cooldown: 0.2), (10, 1), (80, 1), (90, 0.5), (100, 0));

    [Fact]
    public void Inverse_square_root_starts_at_1_after_the_warm_up() =>
        AssertFactors(new Schedule(Warmup: 3, Steps: 100, LrDecay.InverseSquareRoot), (2, 0.75), (3, 1), (15, 0.5), (63, 0.25));

    [Fact]
    public void Constant_stays() => AssertFactors(new Schedule(Warmup: 0, Steps: 10), (0, 1), (10, 1));

    [Theory]
    [InlineData(1.5)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void A_final_factor_outside_0_to_1_is_refused(double final)
    {
        Assert.Contains(
            "must be in [0, 1]",
            Assert.Throws<ArgumentOutOfRangeException>(() => new Schedule(0, 10, LrDecay.Linear, final)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Schedule(0, 10) with { Final = final });
    }

    private static void AssertFactors(Schedule schedule, params (int Step, double Factor)[] expected) =>
        Assert.All(expected, e => Assert.Equal(e.Factor, schedule.At(e.Step), 1e-12));
}
