using SuParDsl.Sparsity;

namespace SuParDsl.Tests.Sparsity.Dynamic;

/// <summary>Compares when masks change, and by how much, with the published formulas.</summary>
public class MaskScheduleTests
{
    [Fact]
    public void Updates_are_an_interval_apart_between_start_and_stop()
    {
        var schedule = new MaskSchedule { Interval = 10, Start = 5, Stop = 38 };

        Assert.Equal([15, 25, 35, 38], Enumerable.Range(0, 60).Where(schedule.IsUpdate));
    }

    [Theory]
    [InlineData(MaskUpdates.ToStop, new[] { 15, 25, 35, 38 })]
    [InlineData(MaskUpdates.BeforeStop, new[] { 15, 25, 35 })]
    [InlineData(MaskUpdates.FromStart, new[] { 5, 15, 25, 35 })]
    public void The_first_and_the_last_update_are_chosen(MaskUpdates updates, int[] expected) => Assert.Equal(
        expected,
        Enumerable.Range(0, 60).Where(new MaskSchedule { Interval = 10, Start = 5, Stop = 38, Updates = updates }.IsUpdate));

    [Theory]
    [InlineData(MaskUpdates.ToStop, new[] { 10, 20, 30 })]
    [InlineData(MaskUpdates.BeforeStop, new[] { 10, 20 })]
    [InlineData(MaskUpdates.FromStart, new[] { 10, 20, 30 })]
    public void A_stop_on_the_grid_and_a_start_at_0(MaskUpdates updates, int[] expected) => Assert.Equal(
        expected, Enumerable.Range(0, 60).Where(new MaskSchedule { Interval = 10, Stop = 30, Updates = updates }.IsUpdate));

    [Fact]
    public void The_drop_ramp_may_count_from_step_0()
    {
        var schedule = new MaskSchedule { Start = 400, Stop = 1400 };

        Assert.Equal(0.3, schedule.DropAt(400), 1e-12);
        Assert.Equal(0.15 * (1 + Math.Cos(Math.PI * 0.4)), (schedule with { DropFromZero = true }).DropAt(400), 1e-12);
        Assert.Equal(0, (schedule with { DropFromZero = true }).DropAt(1000), 1e-12);
    }

    [Theory]
    [InlineData(0, 0.3)]
    [InlineData(250, 0.25606601717798213)]
    [InlineData(500, 0.15)]
    [InlineData(1000, 0)]
    public void The_drop_fraction_falls_as_RigLs_cosine(int step, double expected) =>
        Assert.Equal(expected, new MaskSchedule { Stop = 1000 }.DropAt(step), 1e-12); // α/2·(1 + cos(πt/T))

    [Theory]
    [InlineData(0, 1)]
    [InlineData(100, 0.1 + (0.9 * 0.421875))]
    [InlineData(200, 0.1 + (0.9 * 0.125))]
    [InlineData(400, 0.1)]
    [InlineData(500, 0.1)]
    public void The_density_falls_as_the_cubic_of_gradual_pruning(int step, double expected) =>
        Assert.Equal(expected, new MaskSchedule { Stop = 400 }.DensityAt(step, 0.1), 1e-12); // s_f + (s_i − s_f)(1 − t)³

    [Fact]
    public void Every_ramp_has_its_form()
    {
        Assert.Equal(1, Ramp.Constant.At(0.7));
        Assert.Equal(0.3, Ramp.Linear.At(0.7), 1e-12);
        Assert.Equal(0.5, Ramp.Cosine.At(0.5), 1e-12);
        Assert.Equal(0.027, Ramp.Cubic.At(0.7), 1e-12);
        Assert.Equal(0.7, Ramp.Through(1, 0.8, 0).At(0.5625), 1e-12);
        Assert.Equal((1, 0), (Ramp.Through(1, 0.8, 0).At(-1), Ramp.Through(1, 0.8, 0).At(2)));
    }

    [Fact]
    public void Ramps_are_read_as_they_are_written()
    {
        Assert.All(Ramp.Named, static ramp => Assert.Same(ramp, Ramp.Parse(ramp.ToString())));
        Assert.Equal(Ramp.Through(1, 0.25, 0), Ramp.Parse("1,0.25,0"));
        Assert.Equal("1,0.25,0", Ramp.Parse("1,0.25,0").ToString());
        Assert.StartsWith(
            "'steep' is not a ramp: it must be constant, linear, cosine, cubic, or a list like 1,0.5,0",
            Message(static () => Ramp.Parse("steep")),
            StringComparison.Ordinal);
        Assert.StartsWith(
            "the list 1,2 is not a ramp: it needs at least two values in [0, 1]",
            Message(static () => Ramp.Parse("1,2")),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, 0, 0, 0.3, "the stop of mask updates is 0: it must be beyond their start, 0")]
    [InlineData(10, -1, 20, 0.3, "the start of mask updates is -1: it must be at least 0")]
    [InlineData(0, 0, 20, 0.3, "the interval of mask updates is 0: it must be at least 1")]
    [InlineData(30, 0, 20, 0.3, "the interval of mask updates is 30: from step 0 to 20 there is room for at most 20")]
    [InlineData(10, 0, 20, 1, "the drop fraction is 1: it must be in (0, 1)")]
    [InlineData(10, 0, 20, 0, "the drop fraction is 0: it must be in (0, 1)")]
    [InlineData(10, 0, 20, double.NaN, "the drop fraction is NaN: it must be in (0, 1)")]
    public void A_schedule_that_cannot_be_followed_is_refused(
        int interval, int start, int stop, double fraction, string message) => Assert.Equal(
        message,
        Message(() => new MaskSchedule { Interval = interval, Start = start, Stop = stop, DropFraction = fraction }.Check()));

    [Fact]
    public void Pruning_must_end() => Assert.Equal(
        "the pruning ramp is constant: it must end at 0, where the final density is reached",
        Message(static () => new MaskSchedule { Stop = 200, Prune = Ramp.Constant }.Check()));

    [Fact]
    public void Pruning_must_not_rise() => Assert.Equal(
        "the pruning ramp is 1,0.2,0.6,0: it must not rise, as pruning brings no weight back",
        Message(static () => new MaskSchedule { Stop = 200, Prune = Ramp.Through(1, 0.2, 0.6, 0) }.Check()));

    [Fact]
    public void Options_without_an_effect_are_refused()
    {
        Assert.Equal(
            "pruning must be global to normalize: tensor by tensor, a factor on all of a tensor's weights changes nothing",
            Message(static () => new MaskSchedule { Stop = 200, Normalize = true }.Check()));
        Assert.Equal(
            "the interval of mask updates is 10: from step 0 to 10 there is room for at most 9",
            Message(static () => new MaskSchedule { Stop = 10, Interval = 10, Updates = MaskUpdates.BeforeStop }.Check()));
        Assert.Equal(
            "the choice of mask updates is 7: it must be one of ToStop, BeforeStop, FromStart",
            Message(static () => new MaskSchedule { Stop = 200, Updates = (MaskUpdates)7 }.Check()));
    }

    private static string Message(Action act) => Assert.Throws<ArgumentException>(act).Message;
}
