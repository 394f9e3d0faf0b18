namespace SuParDsl.Tests.Optimizers;

public class ScheduleTests
{
    [Fact]
    public void Warm_up_rises_and_linear_decay_ends_at_the_final_factor()
    {
        var schedule = new Schedule(Warmup: 4, Steps: 24, Decay.Linear, Final: 0.1);

        Assert.Equal([0.2, 0.4, 0.6, 0.8, 1.0], Enumerable.Range(0, 5).Select(schedule.At), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(0.55, schedule.At(14), 1e-12);
        Assert.Equal(0.1, schedule.At(24), 1e-12);
        Assert.Equal(0.1, schedule.At(1000), 1e-12);
    }

    [Fact]
    public void Cosine_decay_is_half_way_in_the_middle()
    {
        var schedule = new Schedule(Warmup: 0, Steps: 10, Decay.Cosine);

        Assert.Equal([1.0, 0.5, 0.0], [schedule.At(0), schedule.At(5), schedule.At(10)], (a, b) => Math.Abs(a - b) < 1e-12);
    }
}
