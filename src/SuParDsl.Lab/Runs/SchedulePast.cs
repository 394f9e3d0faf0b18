using SuParDsl.Lab.Training;
using SuParDsl.Sparsity;
using static System.FormattableString;

namespace SuParDsl.Lab.Runs;

/// <summary>The schedules of a run: its training options, and the mask schedule that follows from them.</summary>
/// <param name="Training">The training options.</param>
/// <param name="Masks">The mask schedule; null if no mask is updated.</param>
/// <param name="Drops">Whether updates drop and regrow weights.</param>
/// <param name="Prunes">Whether updates prune weights.</param>
internal sealed record RunSchedule(TrainingOptions Training, MaskSchedule? Masks, bool Drops, bool Prunes)
{
    /// <summary>The schedules that a model follows under some options.</summary>
    /// <exception cref="UserException">The mask schedule does not fit the run.</exception>
    public static RunSchedule Of(TrainingOptions training, IModel model)
    {
        var methods = MaskOptions.MethodsOf(model).ToHashSet();
        return new(
            training, training.MaskScheduleOf(model), methods.Overlaps([SparsityMethod.Set, SparsityMethod.RigL]),
            methods.Contains(SparsityMethod.Gmp));
    }
}

/// <summary>Compares what two schedules give steps that are done.</summary>
internal static class SchedulePast
{
    /// <summary>Returns the first difference in some steps; null if there is none.</summary>
    /// <param name="there">The schedule that the steps followed.</param>
    /// <param name="now">The schedule that the run is to follow.</param>
    /// <param name="from">The number of steps before those to compare.</param>
    /// <param name="done">The number of steps that are done.</param>
    public static string? Difference(RunSchedule there, RunSchedule now, int from, int done) =>
        Enumerable.Range(from, Math.Max(0, done - from)).Select(step => OfStep(there, now, step))
            .FirstOrDefault(static difference => difference is not null);

    /// <summary>Returns the largest of some numbers of steps up to which the schedules give every step the same.</summary>
    /// <param name="there">The schedule that the steps followed.</param>
    /// <param name="now">The schedule that the run is to follow.</param>
    /// <param name="from">The number of steps before those to compare.</param>
    /// <param name="candidates">The numbers of steps.</param>
    public static int? LastEqual(RunSchedule there, RunSchedule now, int from, IEnumerable<int> candidates) =>
        candidates.Where(done => Difference(there, now, from, done) is null).Select(static done => (int?)done).Max();

    // The step is counted from 0. Mask schedules count from 1.
    private static string? OfStep(RunSchedule there, RunSchedule now, int step)
    {
        var (before, after) = (there.Training.RateAt(step), now.Training.RateAt(step));
        return BitConverter.DoubleToInt64Bits(before) != BitConverter.DoubleToInt64Bits(after)
            ? Invariant($"step {step + 1} had the learning rate {before:G6} and would have {after:G6}")
            : OfMasks(there, now, step + 1);
    }

    private static string? OfMasks(RunSchedule there, RunSchedule now, int step)
    {
        var (before, after) = (there.Masks?.IsUpdate(step) == true, now.Masks?.IsUpdate(step) == true);
        if (before != after)
        {
            return Invariant($"step {step} {(before ? "had a mask update and would have none" : "would have a mask update")}");
        }

        if (!before)
        {
            return null;
        }

        var (drop, newDrop) = (there.Masks!.DropAt(step), now.Masks!.DropAt(step));
        var (left, newLeft) = (there.Masks.DensityAt(step, 0), now.Masks.DensityAt(step, 0));
        return there.Drops && drop != newDrop
            ? Invariant($"the mask update of step {step} dropped the fraction {drop:G4} and would drop {newDrop:G4}")
            : there.Prunes && left != newLeft
                ? Invariant($"the mask update of step {step} left {left:G4} of the weights to prune and would leave {newLeft:G4}")
                : null;
    }
}
