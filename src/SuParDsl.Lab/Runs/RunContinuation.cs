using SuParDsl.Checkpoints;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Runs;

/// <summary>How a run is resumed.</summary>
/// <param name="At">The step of the checkpoint to go back to; null for the newest one.</param>
/// <param name="MayChangeSchedule">Whether the schedule may be one that the steps before did not follow.</param>
internal sealed record ResumeChoice(int? At = null, bool MayChangeSchedule = false);

/// <summary>Continues the run in a folder, with settings that may differ from those before.</summary>
internal static class RunContinuation
{
    private const string Otherwise = "or choose another folder with --out";

    /// <summary>Verifies that a run may go on with some settings, and records in its folder what changes.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="now">The configuration from the command line.</param>
    /// <param name="choice">How it is resumed.</param>
    /// <param name="schedule">Returns the schedules under training options.</param>
    /// <param name="repeat">The text of the file with which <c>--config</c> repeats the command; null for none.</param>
    /// <exception cref="UserException">
    /// A setting differs that changes the steps done so far, or there is no such checkpoint.
    /// </exception>
    public static void Begin<TSize>(
        RunFolder folder, RunConfig<TSize> now, ResumeChoice choice, Func<TrainingOptions, RunSchedule> schedule, string? repeat)
        where TSize : class
    {
        var series = new CheckpointSeries(folder.Checkpoints, keep: 1);
        var steps = series.Steps;
        var done = Done(folder, steps, choice);
        var config = folder.ReadConfig<TSize>();
        var there = RunHistory.At(config, done);
        now = now with { Changes = there.Changes, Machine = now.Machine with { Started = there.Machine.Started } };

        // Folders of earlier versions do not have these.
        there = there with { Checkpoints = there.Checkpoints ?? now.Checkpoints, Sharing = there.Sharing ?? now.Sharing };
        var differences = RunSettings.Differences(there, now);
        RequirePast(folder, differences);
        if (there.Training.Steps != now.Training.Steps)
        {
            RequireSteps(folder, steps, now.Training.Steps, done);
        }

        var isNewSchedule = RequireSchedule(
            folder, schedule(there.Training), schedule(now.Training), differences,
            steps, done, RunHistory.ScheduleBegins(there.Changes), choice);

        // Remove the newest first: after an interruption here, the remaining ones are those of an earlier state of the run.
        foreach (var step in steps.Where(step => step > done).Reverse())
        {
            AtomicFolder.Delete(series.Of(step));
        }

        folder.KeepOptions(done, repeat);
        folder.WriteToRepeat(repeat);
        if (differences.Count > 0 || now.Changes?.Count != config.Changes?.Count)
        {
            var loss = done > 0 ? TrainingCheckpoint.ReadManifest(series.Of(done)).Position.Loss : null;
            var change = new RunChange(done, DateTimeOffset.UtcNow, loss, isNewSchedule, differences);
            folder.WriteChanged(now with { Changes = differences.Count > 0 ? [.. now.Changes ?? [], change] : now.Changes });
        }
    }

    private static int Done(RunFolder folder, IReadOnlyList<int> steps, ResumeChoice choice) => choice.At is not { } at
        ? steps.LastOrDefault()
        : steps.Contains(at) ? at : throw new UserException(
            $"--resume-at is {at}, but {folder.Path} has {Checkpoints(steps)}: name the step of a checkpoint");

    private static void RequirePast(RunFolder folder, IReadOnlyList<SettingChange> differences)
    {
        var past = differences.Where(static change => RunSettings.EffectOf(change.Place) == SettingEffect.Past).ToList();
        if (past.Count > 0)
        {
            // An option that was not given has no value to give again.
            var remedies = past.Where(static change => change.From is not null)
                .Select(static change => RunSettings.At(change.Place) is { Option.Length: > 0 } setting
                    ? $"{setting.Option} {SettingChange.Text(change.From)}".ToLowerInvariant() : null).OfType<string>().ToList();
            var remedy = remedies.Count == past.Count ? string.Join(" ", remedies) : "the same settings";
            throw new UserException(
                $"{folder.Path} was begun with another {string.Join(", ", past)}, which changes the steps that are done, "
                + $"so it cannot be resumed: give {remedy}, {Otherwise}");
        }
    }

    private static void RequireSteps(RunFolder folder, IReadOnlyList<int> checkpoints, int steps, int done)
    {
        if (steps < done)
        {
            throw new UserException(
                $"--steps is {steps}, but {folder.Path} has done {done}: give at least {done}, go back to a checkpoint "
                + $"with --resume-at (it has {Checkpoints(checkpoints)}), {Otherwise}");
        }

        if (checkpoints.Count == 0 && folder.HasWeights)
        {
            throw new UserException(
                $"{folder.Path} has no checkpoint, so it cannot go on for another number of steps: give the same number "
                + $"to train it again, or start from its weights with --from {folder.Path} and another --out");
        }
    }

    // Returns whether the schedule is one that the steps before did not follow.
    private static bool RequireSchedule(
        RunFolder folder, RunSchedule there, RunSchedule now, IReadOnlyList<SettingChange> differences,
        IReadOnlyList<int> checkpoints, int done, int from, ResumeChoice choice)
    {
        if (SchedulePast.Difference(there, now, from, done) is not { } difference)
        {
            return false;
        }

        if (choice.MayChangeSchedule)
        {
            return true;
        }

        var causes = differences.Where(static change => RunSettings.EffectOf(change.Place) == SettingEffect.Future
            && change.Place.StartsWith("training.", StringComparison.Ordinal) && change.Place != "training.storage");
        var back = SchedulePast.LastEqual(there, now, from, checkpoints.Where(step => step < done && step > from)) is { } at
            ? $"--resume-at {at} to go back to where both schedules are the same, " : string.Empty;
        var keepMasks = there.Masks is { } masks && now.Masks?.Stop != masks.Stop
            ? $"--mask-stop {masks.Stop} to keep the mask updates, " : string.Empty;
        throw new UserException(
            $"{folder.Path} was begun with another {string.Join(", ", causes)}, and {difference}: "
            + $"give the same schedule, {keepMasks}{back}"
            + $"--allow-new-schedule to follow the new one from step {done + 1} on, {Otherwise}");
    }

    private static string Checkpoints(IReadOnlyList<int> steps) => steps.Count switch
    {
        0 => "no checkpoint",
        1 => $"a checkpoint of step {steps[0]}",
        _ => $"checkpoints of steps {string.Join(", ", steps)}",
    };
}
