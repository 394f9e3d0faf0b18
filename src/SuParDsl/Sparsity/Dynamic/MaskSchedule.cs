namespace SuParDsl.Sparsity;

/// <summary>When masks change, and how much. Steps are counted from 1.</summary>
public sealed record MaskSchedule
{
    /// <summary>The number of steps between two updates.</summary>
    public int Interval { get; init; } = 100;

    /// <summary>The step at which updates begin. Whether it has an update itself depends on <see cref="Updates"/>.</summary>
    public int Start { get; init; }

    /// <summary>
    /// The step at which updates end. Whether it has an update itself depends on <see cref="Updates"/>. RigL's authors stop after
    /// three quarters of the run.
    /// </summary>
    public required int Stop { get; init; }

    /// <summary>Which steps from <see cref="Start"/> to <see cref="Stop"/> have an update.</summary>
    public MaskUpdates Updates { get; init; }

    /// <summary>
    /// The fraction of a tensor's kept weights that SET and RigL drop and regrow at <see cref="Start"/>, in (0, 1).
    /// </summary>
    public double DropFraction { get; init; } = 0.3;

    /// <summary>How the drop fraction falls from <see cref="Start"/> to <see cref="Stop"/>.</summary>
    public Ramp Drop { get; init; } = Ramp.Cosine;

    /// <summary>
    /// Whether the drop fraction's ramp counts its Stop − Start steps from step 0 instead of from <see cref="Start"/>, as the
    /// cosine of google-research/rigl does. With a late start it then begins below 1 and reaches 0 before <see cref="Stop"/>.
    /// </summary>
    public bool DropFromZero { get; init; }

    /// <summary>
    /// Whether SET drops the fraction of the smallest positive weights and, separately, of the largest negative weights, as its
    /// authors do (arXiv 1707.04780, algorithm 1). Weights of exactly 0 are then dropped as well. By default SET drops the
    /// weights of smallest magnitude whatever their sign, as google-research/rigl and JaxPruner do. RigL always does so.
    /// </summary>
    public bool DropBySign { get; init; }

    /// <summary>
    /// How the density falls under gradual magnitude pruning, from 1 at <see cref="Start"/> to the declared density at
    /// <see cref="Stop"/>.
    /// </summary>
    public Ramp Prune { get; init; } = Ramp.Cubic;

    /// <summary>
    /// Whether gradual magnitude pruning ranks the weights of all its tensors together, instead of tensor by tensor.
    /// </summary>
    public bool Global { get; init; }

    /// <summary>
    /// Whether <see cref="Global"/> pruning divides each tensor's weights by their Euclidean norm before it ranks them, as
    /// JaxPruner does by default. Otherwise tensors with small weights lose most of them first.
    /// </summary>
    public bool Normalize { get; init; }

    /// <summary>Whether a step has an update.</summary>
    public bool IsUpdate(int step) => Updates switch
    {
        MaskUpdates.BeforeStop => step > Start && step < Stop && (step - Start) % Interval == 0,
        MaskUpdates.FromStart => step >= Math.Max(1, Start) && step <= Stop && (step - Start) % Interval == 0,
        _ => step > Start && step <= Stop && ((step - Start) % Interval == 0 || step == Stop),
    };

    /// <summary>The fraction of kept weights to drop and regrow at a step.</summary>
    public double DropAt(int step) => DropFraction * Drop.At(Progress(DropFromZero ? step + Start : step));

    /// <summary>The target density of pruning at a step, given the final density.</summary>
    public double DensityAt(int step, double final) => final + ((1 - final) * Prune.At(Progress(step)));

    /// <summary>Throws if the schedule is invalid.</summary>
    /// <exception cref="ArgumentException">A number is outside its range; the message names it.</exception>
    public void Check()
    {
        Require(Start >= 0, $"the start of mask updates is {Start}: it must be at least 0");
        Require(Stop > Start, $"the stop of mask updates is {Stop}: it must be beyond their start, {Start}");
        Require(Interval >= 1, $"the interval of mask updates is {Interval}: it must be at least 1");
        var choices = string.Join(", ", Enum.GetNames<MaskUpdates>());
        Require(Enum.IsDefined(Updates), $"the choice of mask updates is {(int)Updates}: it must be one of {choices}");
        var room = Updates == MaskUpdates.BeforeStop ? Stop - Start - 1 : Stop - Start;
        Require(
            Interval <= room,
            $"the interval of mask updates is {Interval}: from step {Start} to {Stop} there is room for at most {room}");
        Require(DropFraction is > 0 and < 1, $"the drop fraction is {DropFraction}: it must be in (0, 1)");
        Require(Prune.At(1) == 0, $"the pruning ramp is {Prune}: it must end at 0, where the final density is reached");
        Require(!Normalize || Global, MaskMoves.NothingToNormalize);
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
