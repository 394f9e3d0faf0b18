namespace SuParDsl;

/// <summary>When masks move, and how much. Steps are counted from 1.</summary>
public sealed record MaskSchedule
{
    /// <summary>The number of steps between two updates.</summary>
    public int Interval { get; init; } = 100;

    /// <summary>The step after which updates begin: the first is one interval later.</summary>
    public int Start { get; init; }

    /// <summary>The last step that may have an update. RigL's authors stop after three quarters of the run.</summary>
    public required int Stop { get; init; }

    /// <summary>The share of its kept weights that SET and RigL drop and regrow in a tensor at <see cref="Start"/>, in (0, 1).</summary>
    public double DropFraction { get; init; } = 0.3;

    /// <summary>How the drop fraction falls from <see cref="Start"/> to <see cref="Stop"/>.</summary>
    public Ramp Drop { get; init; } = Ramp.Cosine;

    /// <summary>How the density falls under gradual magnitude pruning, from 1 at <see cref="Start"/> to its own at <see cref="Stop"/>.</summary>
    public Ramp Prune { get; init; } = Ramp.Cubic;

    /// <summary>Whether gradual magnitude pruning ranks the weights of all its tensors together, instead of tensor by tensor.</summary>
    public bool Global { get; init; }

    /// <summary>Whether a step has an update.</summary>
    public bool IsUpdate(int step) => step > Start && step <= Stop && ((step - Start) % Interval == 0 || step == Stop);

    /// <summary>The share of kept weights to move at a step.</summary>
    public double DropAt(int step) => DropFraction * Drop.At(Progress(step));

    /// <summary>The density that pruning has reached at a step, on its way to a final one.</summary>
    public double DensityAt(int step, double final) => final + ((1 - final) * Prune.At(Progress(step)));

    /// <summary>Makes sure that the schedule can be followed.</summary>
    /// <exception cref="ArgumentException">A number is outside its range; the message names it.</exception>
    public void Check()
    {
        Require(Start >= 0, $"the start of mask updates is {Start}: it must be at least 0");
        Require(Stop > Start, $"the stop of mask updates is {Stop}: it must be beyond their start, {Start}");
        Require(Interval >= 1, $"the interval of mask updates is {Interval}: it must be at least 1");
        Require(Interval <= Stop - Start, $"the interval of mask updates is {Interval}: from step {Start} to {Stop} there is room for at most {Stop - Start}");
        Require(DropFraction is > 0 and < 1, $"the drop fraction is {DropFraction}: it must be in (0, 1)");
        Require(Prune.At(1) == 0, $"the pruning ramp is {Prune}: it must end at 0, where the final density is reached");
        Require(!Prune.Rises, $"the pruning ramp is {Prune}: it must not rise, as pruning brings no weight back");
    }

    private double Progress(int step) => (double)(step - Start) / (Stop - Start);

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new ArgumentException(message);
        }
    }
}
