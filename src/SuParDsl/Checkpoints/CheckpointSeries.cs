using System.Globalization;

namespace SuParDsl.Checkpoints;

/// <summary>
/// The checkpoints of one run. Each is a folder named after its step. The latest ones and the best one are kept.
/// </summary>
public sealed class CheckpointSeries
{
    private const string Prefix = "step-";

    private readonly int keep;

    /// <param name="path">The folder of the checkpoints, which is created if it is missing.</param>
    /// <param name="keep">The number of latest checkpoints to keep in addition to the best one, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="keep"/> is less than 1.</exception>
    public CheckpointSeries(string path, int keep)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        (Path, this.keep) = (path, keep);
    }

    /// <summary>The folder of the checkpoints.</summary>
    public string Path { get; }

    /// <summary>The steps that have a checkpoint, in ascending order.</summary>
    public IReadOnlyList<int> Steps => !Directory.Exists(Path) ? [] :
    [
        .. Directory.EnumerateDirectories(Path, Prefix + "*").Select(static folder => StepOf(System.IO.Path.GetFileName(folder)))
            .OfType<int>().Order(),
    ];

    /// <summary>The folder of a step's checkpoint.</summary>
    public string Of(int step) => System.IO.Path.Combine(Path, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D8}"));

    /// <summary>
    /// Writes a checkpoint, and then deletes those that need not be kept. An existing checkpoint of the same step is not
    /// replaced. All ranks that the optimizer is sharded over must call this method, and rank 0 writes.
    /// </summary>
    /// <exception cref="IOException">
    /// The checkpoint cannot be written. Earlier ones are unchanged. Other ranks wait; see
    /// <see cref="OptimizerCheckpoint.Save"/>.
    /// </exception>
    public void Save(IModel model, MuOptimizer optimizer, TrainingPosition position)
    {
        var ranks = optimizer.ShardedOver;
        var isNew = ranks.Rank == 0 && Prepare(position.Step);

        // Only rank 0 looks at the disk, because another rank may see an older or newer state of it.
        if (ranks.Sum(isNew ? 1 : 0)[0] > 0)
        {
            TrainingCheckpoint.Save(Of(position.Step), model, optimizer, position);
        }

        if (ranks.Rank == 0)
        {
            Thin();
        }
    }

    /// <summary>The step with the lowest validation loss; null if no loss was measured.</summary>
    public int? Best() => Best(Steps);

    private bool Prepare(int step)
    {
        Directory.CreateDirectory(Path);
        AtomicFolder.Clean(Path);
        return !Directory.Exists(Of(step));
    }

    private void Thin()
    {
        var steps = Steps;
        foreach (var step in steps.SkipLast(keep).Except(Best(steps) is { } best ? [best] : []).ToList())
        {
            AtomicFolder.Delete(Of(step));
        }
    }

    private int? Best(IReadOnlyList<int> steps) => steps
        .Select(step => (Step: step, TrainingCheckpoint.ReadManifest(Of(step)).Position.Loss))
        .Where(static checkpoint => checkpoint.Loss is { } loss && double.IsFinite(loss))
        .OrderBy(static checkpoint => checkpoint.Loss)
        .Select(static checkpoint => (int?)checkpoint.Step)
        .FirstOrDefault();

    private static int? StepOf(string name) =>
        int.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : null;
}
