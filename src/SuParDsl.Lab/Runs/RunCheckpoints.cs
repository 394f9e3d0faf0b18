using System.Collections.Immutable;
using System.Globalization;
using SuParDsl.Checkpoints;
using SuParDsl.Lab.Training;
using SuParDsl.Optimizers;

namespace SuParDsl.Lab.Runs;

/// <summary>Writes the checkpoints of a run, and resumes the run from the last one.</summary>
/// <param name="folder">The run's folder.</param>
/// <param name="options">The options that say when checkpoints are written.</param>
/// <param name="ranks">The number of ranks that train together.</param>
/// <param name="mayResize">Whether the run may be resumed with another number of ranks.</param>
internal sealed class RunCheckpoints(RunFolder folder, CheckpointOptions options, int ranks = 1, bool mayResize = false)
    : ITrainingCheckpoints
{
    private const string RateNote = "learning-rate factor", RanksNote = "ranks", EndNote = "ended";

    private readonly CheckpointSeries series = new(folder.Checkpoints, options.Keep);

    /// <inheritdoc/>
    public CheckpointOptions Options => options;

    /// <inheritdoc/>
    public bool Any => series.Steps.Count > 0;

    /// <summary>
    /// Writes the metrics so far and then a checkpoint, so that the metrics contain every step up to a checkpoint. The call is
    /// collective if the optimizer is sharded over ranks, and rank 0 writes.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">The model's optimizer, between two steps.</param>
    /// <param name="history">The history of the run so far.</param>
    /// <param name="rate">The factor on the learning rate, which every divergence halves.</param>
    public void Save(IModel model, MuOptimizer optimizer, TrainingHistory history, double rate)
    {
        if (options.Every == 0)
        {
            return;
        }

        if (optimizer.ShardedOver.Rank == 0)
        {
            folder.WriteMetrics(history);
        }

        series.Save(model, optimizer, new(
            history.Steps.Count,
            history.Evaluations.LastOrDefault(evaluation => evaluation.Step == history.Steps.Count)?.Loss,
            ImmutableDictionary<string, string>.Empty
                .Add(RateNote, rate.ToString("R", CultureInfo.InvariantCulture))
                .Add(RanksNote, ranks.ToString(CultureInfo.InvariantCulture))
                .Add(EndNote, history.Outcome == Outcome.Complete ? "yes" : "no")));
    }

    /// <summary>Restores a model and its optimizer from the last checkpoint.</summary>
    /// <returns>The history of the run up to the checkpoint, and the factor on the learning rate.</returns>
    /// <exception cref="CheckpointException">The checkpoint is damaged, or belongs to another model.</exception>
    /// <exception cref="UserException">It was written by another number of ranks, and resizing is not allowed.</exception>
    public (TrainingHistory History, double Rate) Load(IModel model, MuOptimizer optimizer)
    {
        var path = series.Of(series.Steps[^1]);
        RequireRanks(path);
        var position = TrainingCheckpoint.Load(path, model, optimizer);
        return double.TryParse(position.Notes.GetValueOrDefault(RateNote), CultureInfo.InvariantCulture, out var rate)
            && rate is > 0 and <= 1
            ? (folder.ReadMetrics(position.Step) with { Outcome = EndOf(position) }, rate)
            : throw new CheckpointException($"the manifest of {path} is damaged: its '{RateNote}' must be a number in (0, 1]");
    }

    private static Outcome EndOf(TrainingPosition position) =>
        position.Notes.GetValueOrDefault(EndNote) == "yes" ? Outcome.Complete : Outcome.Interrupted;

    private void RequireRanks(string path)
    {
        // Checkpoints of versions without ranks do not have the note.
        var before = TrainingCheckpoint.ReadManifest(path).Position.Notes.GetValueOrDefault(RanksNote, "1");
        if (!mayResize && before != ranks.ToString(CultureInfo.InvariantCulture))
        {
            throw new UserException(
                $"{path} was written by {before} ranks, but there are {ranks} now: "
                + "start as many as before, or add --allow-resize");
        }
    }
}
