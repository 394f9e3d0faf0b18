using System.Collections.Immutable;
using System.Globalization;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Runs;

/// <summary>The checkpoints of a run: when they are written, and where it goes on.</summary>
/// <param name="folder">The run's folder.</param>
/// <param name="options">When they are written.</param>
/// <param name="ranks">How many ranks train together.</param>
/// <param name="mayResize">Whether the run may go on with another number of ranks.</param>
internal sealed class RunCheckpoints(RunFolder folder, CheckpointOptions options, int ranks = 1, bool mayResize = false) : ITrainingCheckpoints
{
    private const string RateNote = "learning-rate factor", RanksNote = "ranks";

    private readonly CheckpointSeries series = new(folder.Checkpoints, options.Keep);

    /// <inheritdoc/>
    public OnDivergence OnDivergence => options.OnDivergence;

    /// <inheritdoc/>
    public bool Any => series.Steps.Count > 0;

    /// <inheritdoc/>
    public bool IsDue(int steps) => options.Every > 0 && steps % options.Every == 0;

    /// <summary>
    /// Writes the metrics so far, then a checkpoint: a checkpoint never knows of a step that the metrics have not. All ranks that an
    /// optimizer is sharded over do so together, and the first one writes.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">Its optimizer, between two steps.</param>
    /// <param name="history">The run so far.</param>
    /// <param name="rate">The factor on the learning rate that divergences have left.</param>
    public void Save(Model model, MuOptimizer optimizer, TrainingHistory history, double rate)
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
                .Add(RateNote, rate.ToString("R", CultureInfo.InvariantCulture)).Add(RanksNote, ranks.ToString(CultureInfo.InvariantCulture))));
    }

    /// <summary>Puts a model and its optimizer back to where the last checkpoint was written.</summary>
    /// <returns>The run until then, and the factor on the learning rate.</returns>
    /// <exception cref="CheckpointException">The checkpoint is damaged, or of another model.</exception>
    /// <exception cref="UserException">It was written by another number of ranks, and that was not allowed for.</exception>
    public (TrainingHistory History, double Rate) Load(Model model, MuOptimizer optimizer)
    {
        var path = series.Of(series.Steps[^1]);
        RequireRanks(path);
        var position = TrainingCheckpoint.Load(path, model, optimizer);
        return double.TryParse(position.Notes.GetValueOrDefault(RateNote), CultureInfo.InvariantCulture, out var rate) && rate is > 0 and <= 1
            ? (folder.ReadMetrics(position.Step), rate)
            : throw new CheckpointException($"the manifest of {path} is damaged: its '{RateNote}' must be a number in (0, 1]");
    }

    private void RequireRanks(string path)
    {
        // Those from before there were ranks do not say.
        var before = TrainingCheckpoint.ReadManifest(path).Position.Notes.GetValueOrDefault(RanksNote, "1");
        if (!mayResize && before != ranks.ToString(CultureInfo.InvariantCulture))
        {
            throw new UserException(
                $"{path} was written by {before} ranks, but there are {ranks} now: "
                + "start as many as before, or add --allow-resize");
        }
    }
}
